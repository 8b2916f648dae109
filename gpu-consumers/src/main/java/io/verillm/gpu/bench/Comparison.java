package io.verillm.gpu.bench;

/**
 * One model in this engine and in llama.cpp: the same weights in single precision, cache included,
 * the same prompt and threads, both greedy, one sequence at a time.
 *
 * @param version of llama.cpp
 * @param prompt tokens given
 * @param output tokens generated
 * @param same tokens from the first on that both wrote
 * @param prefill tokens a second here
 * @param theirPrefill tokens a second there
 * @param decode tokens a second here
 * @param theirDecode tokens a second there
 */
public record Comparison(
    String version,
    int prompt,
    int output,
    int same,
    Spread prefill,
    Spread theirPrefill,
    Spread decode,
    Spread theirDecode) {}
