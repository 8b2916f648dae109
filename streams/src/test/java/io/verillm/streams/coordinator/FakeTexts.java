package io.verillm.streams.coordinator;

import io.verillm.protocol.crypto.Hash;
import java.util.Arrays;

/** One token for each character. */
final class FakeTexts implements Texts {
  @Override
  public boolean knows(Hash modelId) {
    return modelId.equals(CoordinatorBed.MODEL);
  }

  @Override
  public int[] encode(Hash modelId, String prompt) {
    return prompt.chars().toArray();
  }

  @Override
  public String decode(Hash modelId, int[] tokenIds) {
    if (Arrays.stream(tokenIds).anyMatch(id -> id < 0 || id >= 200)) {
      throw new IllegalArgumentException("no such token");
    }
    return new String(tokenIds, 0, tokenIds.length);
  }
}
