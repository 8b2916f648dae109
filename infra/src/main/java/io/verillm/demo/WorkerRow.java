package io.verillm.demo;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * One worker's line in the table; the component names are those of the JSON output.
 *
 * @param id worker id
 * @param behaviour {@code honest} or the cheat's name, as the demo started it; no topic says this
 * @param casesAsAuthor decided cases whose segment it wrote
 * @param casesAsChecker decided cases that it checked
 * @param acceptedAsAuthor of the first, those accepted; in the table only
 * @param rejectedAsAuthor of the first, those rejected
 * @param faultsAsChecker of the second, those where its vote was missing, silent or a fault, or
 *     that cost it stake
 * @param score sum of its peer-prediction scores, in money units
 * @param paid all that was paid into its earnings, in money units
 * @param slashed all that it lost of its stake, in money units
 * @param balance earnings and stake together at the end, in money units
 */
@JsonPropertyOrder({
  "id",
  "behaviour",
  "casesAsAuthor",
  "casesAsChecker",
  "rejectedAsAuthor",
  "faultsAsChecker",
  "score",
  "paid",
  "slashed",
  "balance"
})
public record WorkerRow(
    String id,
    String behaviour,
    int casesAsAuthor,
    int casesAsChecker,
    @JsonIgnore int acceptedAsAuthor,
    int rejectedAsAuthor,
    int faultsAsChecker,
    long score,
    long paid,
    long slashed,
    long balance) {}
