package io.verillm.protocol.shard;

import io.verillm.events.Opening;
import io.verillm.events.Vote;
import io.verillm.protocol.sampling.EvidenceVector;
import io.verillm.protocol.trace.SealedCommitment;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;
import org.apache.avro.specific.SpecificRecord;

/** What a worker does; without a change it is honest. */
final class Behaviour {
  /** Its rows lie this many representable numbers beside the model's, where {@link #noisyAt}. */
  int noise;

  /** Elements of every row that it makes twice as large as the model does. */
  IntPredicate shifted = element -> false;

  IntPredicate noisyAt = position -> true;
  boolean prefills = true;
  boolean finishes = true;

  /** Whether its tokens reach the coordinator. */
  boolean streams = true;

  IntPredicate opensInRound = round -> true;
  IntPredicate opensPart = part -> true;
  UnaryOperator<Opening> opening = UnaryOperator.identity();

  /** How it is said; public without a change. */
  Function<Opening, SpecificRecord> said = opening -> opening;

  UnaryOperator<EvidenceVector> evidence = UnaryOperator.identity();

  /** What it seals, of what it should. */
  UnaryOperator<SealedCommitment> seal = UnaryOperator.identity();

  /** Its token ids lie this much beside the request's. */
  int otherTokens;

  boolean votes = true;
  UnaryOperator<Vote> vote = UnaryOperator.identity();
}
