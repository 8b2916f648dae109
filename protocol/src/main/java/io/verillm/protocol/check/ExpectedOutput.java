package io.verillm.protocol.check;

import io.verillm.protocol.crypto.Hash;

/**
 * What a member's opening must say about its tokens, from public records.
 *
 * @param size positions of its trace
 * @param outputHash its sealed output hash, over all ids after the prompt
 */
public record ExpectedOutput(int size, Hash outputHash) {}
