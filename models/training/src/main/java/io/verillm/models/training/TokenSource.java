package io.verillm.models.training;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** An endless run of tokens: the documents in an order shuffled anew for each pass. */
final class TokenSource {

  private final List<int[]> documents;
  private final Random random;
  private int document;
  private int offset;

  TokenSource(List<int[]> documents, long seed) {
    this.documents = new ArrayList<>(documents);
    this.random = new Random(seed);
    Collections.shuffle(this.documents, random);
  }

  long[] next(int size) {
    long[] tokens = new long[size];
    for (int i = 0; i < size; i++) {
      int[] current = documents.get(document);
      tokens[i] = current[offset++];
      if (offset == current.length) {
        offset = 0;
        document++;
      }
      if (document == documents.size()) {
        document = 0;
        Collections.shuffle(documents, random);
      }
    }
    return tokens;
  }
}
