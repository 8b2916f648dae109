package io.verillm.protocol.draw;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import java.util.ArrayList;
import java.util.List;

/**
 * Draws a committee by stake, without replacement.
 *
 * <p>Candidates are sorted by the unsigned bytes of their id in UTF-8. Each seat takes one number
 * below the sum of the remaining stakes from the {@link RandomStream} of the VRF output; the seat
 * goes to the first candidate whose cumulative stake exceeds it, who then leaves the list.
 */
public final class CommitteeDraw {

  private CommitteeDraw() {}

  /**
   * The members in the order of their draw: {@code seats} of them, or all eligible if they are
   * fewer.
   *
   * @param vrfOutput output of the coordinator's VRF over {@link Draws#committee}
   * @throws IllegalArgumentException if an id is there twice or no well-formed Unicode, or the
   *     stakes overflow a long
   */
  public static List<String> draw(Hash vrfOutput, List<Candidate> eligible, int seats) {
    if (seats < 0) {
      throw new IllegalArgumentException("no committee has " + seats + " seats");
    }
    List<Candidate> remaining = new ArrayList<>(eligible);
    remaining.sort((one, other) -> compareAsUtf8(one.workerId(), other.workerId()));
    long total = total(remaining);
    RandomStream random = new RandomStream(vrfOutput);
    List<String> members = new ArrayList<>();
    while (members.size() < seats && !remaining.isEmpty()) {
      Candidate picked = remaining.remove(pick(remaining, random.below(total)));
      members.add(picked.workerId());
      total -= picked.stake();
    }
    return List.copyOf(members);
  }

  /** Bytes of UTF-8 ascend as code points do; only surrogates stand elsewhere among chars. */
  static int compareAsUtf8(String one, String other) {
    int shorter = Math.min(one.length(), other.length());
    for (int i = 0; i < shorter; i++) {
      char a = one.charAt(i);
      char b = other.charAt(i);
      if (a != b) {
        boolean beyond = Character.isSurrogate(a);
        return beyond == Character.isSurrogate(b) ? a - b : beyond ? 1 : -1;
      }
    }
    return one.length() - other.length();
  }

  private static long total(List<Candidate> sorted) {
    long total = 0;
    String previous = "";
    for (Candidate candidate : sorted) {
      if (candidate.workerId().equals(previous)) {
        throw new IllegalArgumentException("worker '" + previous + "' is eligible twice");
      }
      if (!HashInput.isWellFormed(candidate.workerId())) {
        throw new IllegalArgumentException("the id of a worker is not well-formed Unicode");
      }
      if (candidate.stake() > Long.MAX_VALUE - total) {
        throw new IllegalArgumentException(
            "stakes overflow at worker '" + candidate.workerId() + "'");
      }
      total += candidate.stake();
      previous = candidate.workerId();
    }
    return total;
  }

  private static int pick(List<Candidate> remaining, long drawn) {
    long left = drawn;
    int index = 0;
    while (left >= remaining.get(index).stake()) {
      left -= remaining.get(index++).stake();
    }
    return index;
  }
}
