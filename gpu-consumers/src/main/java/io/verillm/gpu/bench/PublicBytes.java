package io.verillm.gpu.bench;

/**
 * What one request with one segment and three checkers leaves on public topics, in bytes of keys,
 * values and headers as they are sent, uncompressed and without Kafka's framing.
 *
 * @param prompt tokens given
 * @param output tokens generated
 * @param positions opened
 * @param commitments of the author (two) and of the checkers
 * @param evidence vectors inside the openings
 * @param openings of all four, without the evidence
 * @param votes of the checkers
 * @param total of these four
 * @param per32Tokens the total for 32 generated tokens
 * @param challenge the record that asks for the openings, not in the total
 * @param deflated the total if each record were compressed alone
 * @param oneRow the total if only the final norm were opened at each position
 * @param noRows the total if equal roots made opening rows needless
 */
public record PublicBytes(
    int prompt,
    int output,
    int positions,
    long commitments,
    long evidence,
    long openings,
    long votes,
    long total,
    double per32Tokens,
    long challenge,
    long deflated,
    long oneRow,
    long noRows) {}
