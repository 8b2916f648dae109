package io.verillm.gpu.bench;

/**
 * What the protocol adds to one author's generation, each as a share of the model's time.
 *
 * @param prompt tokens given
 * @param output tokens generated
 * @param search finding the highest logits, which any sampler does: not in the total
 * @param rows the graph's additional outputs and leaving the runtime with them, against the same
 *     graph that is not asked for them
 * @param recording rows taken over, hashed and appended to the trace, and each token's evidence
 * @param sealing roots, commitments and records of tokens, hashed, encoded and signed
 * @param storing what must be durable before it is sent, on the disk of temporary files
 * @param total of rows, recording, sealing and storing
 * @param rowBytesPerToken that leave the model besides logits
 */
public record ProtocolCost(
    int prompt,
    int output,
    Spread search,
    Spread rows,
    Spread recording,
    Spread sealing,
    Spread storing,
    Spread total,
    int rowBytesPerToken) {}
