package io.verillm.protocol.check;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.draw.CaseSpan;
import io.verillm.protocol.draw.OpenedPosition;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Everything public about a case under check.
 *
 * @param modelId hash of the model's manifest
 * @param boundaries size of the model's boundary set, the final norm last
 * @param dimension elements of a row
 * @param span the segment and the author's trace size
 * @param limits where the segment may end
 * @param author what the author's opening must say
 * @param checker what the checker's opening must say
 * @param firstPart positions that part 1 of the challenge opened
 * @param secondPart positions that part 2 opened, empty if there was none
 */
public record CaseTerms(
    Hash modelId,
    int boundaries,
    int dimension,
    CaseSpan span,
    CaseLimits limits,
    ExpectedOutput author,
    ExpectedOutput checker,
    List<OpenedPosition> firstPart,
    List<OpenedPosition> secondPart) {

  /**
   * Copies the lists.
   *
   * @throws IllegalArgumentException if the segment begins before the prompt's last position or
   *     ends after a trace, no position is challenged, or one is outside a trace, twice in one
   *     part, or in both parts with different boundaries
   */
  public CaseTerms {
    firstPart = List.copyOf(firstPart);
    secondPart = List.copyOf(secondPart);
    if (span.start() < limits.promptLength() - 1
        || author.size() != span.end()
        || checker.size() < span.end()) {
      throw new IllegalArgumentException(
          "%s does not fit %s, author's size %d and checker's size %d"
              .formatted(span, limits, author.size(), checker.size()));
    }
    Map<Integer, OpenedPosition> challenged = new HashMap<>();
    for (List<OpenedPosition> part : List.of(firstPart, secondPart)) {
      Set<Integer> positions = new HashSet<>();
      for (OpenedPosition opened : part) {
        OpenedPosition known = challenged.putIfAbsent(opened.position(), opened);
        if (opened.position() >= span.end()
            || opened.boundary() >= boundaries - 1
            || !positions.add(opened.position())
            || known != null && !known.equals(opened)) {
          throw new IllegalArgumentException("cannot challenge " + opened + " in " + span);
        }
      }
    }
    if (firstPart.isEmpty()) {
      throw new IllegalArgumentException("a challenge opens at least one position");
    }
  }

  /** All challenged positions, part 1 first, each once. */
  public List<OpenedPosition> challenged() {
    return Stream.concat(firstPart.stream(), secondPart.stream()).distinct().toList();
  }
}
