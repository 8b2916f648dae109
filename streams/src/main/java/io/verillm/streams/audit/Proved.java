package io.verillm.streams.audit;

import io.verillm.protocol.fraud.FraudProof;

/**
 * Something that an audit can prove to third parties.
 *
 * @param sentence what is proved
 * @param proof the records that prove it
 */
public record Proved(String sentence, FraudProof proof) {}
