package io.verillm.gpu.bench;

import io.verillm.events.Tokens;
import io.verillm.events.TokensFinish;
import io.verillm.gpu.engine.Engine;
import io.verillm.gpu.engine.OutputsProbe;
import io.verillm.gpu.store.DiskObjects;
import io.verillm.gpu.store.EvidenceStore;
import io.verillm.gpu.store.EvidenceStoreFull;
import io.verillm.gpu.store.StoredStep;
import io.verillm.gpu.task.SealedStep;
import io.verillm.gpu.task.TaskRun;
import io.verillm.gpu.task.TaskTerms;
import io.verillm.models.ScratchFolder;
import io.verillm.protocol.check.CaseLimits;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.sampling.CandidateBand;
import io.verillm.protocol.sampling.SamplingParameters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Does an author's task as a worker does it, without Kafka, and times what is not the model. */
final class ProtocolBench {
  private static final long STORE_BYTES = 1L << 34;
  private static final int BAND_UNITS = 16;
  private static final int TOKENS_PER_RECORD = 4;
  private static final SamplingParameters SAMPLING = new SamplingParameters(0.8, 40, 0.95);

  private final Engine engine;
  private final int eosId;
  private final int prompt;
  private final int output;
  private final CaseRecords records = new CaseRecords();

  ProtocolBench(Engine engine, int eosId, int prompt, int output) {
    this.engine = engine;
    this.eosId = eosId;
    this.prompt = prompt;
    this.output = output;
  }

  /** Nanoseconds of one generation. */
  private record Run(long model, long search, long recording, long sealing, long storing) {
    double share(long part) {
      return (double) part / model;
    }

    double total() {
      return share(recording + sealing + storing);
    }
  }

  /** One repeat: what rows cost, and all else. */
  private record Repeat(double rows, Run run) {}

  /**
   * Works without the model until the JVM has compiled what is around it, as it has in a worker
   * after some requests.
   */
  void warmUp(Duration time) {
    Engine standIn = new StandInEngine(engine);
    long start = System.nanoTime();
    while (System.nanoTime() - start < time.toNanos()) {
      run("warm-up", standIn);
    }
  }

  /**
   * Measures.
   *
   * @param outputs of the same model
   */
  ProtocolCost cost(int repeats, OutputsProbe outputs) {
    outputs.share(prompt, output);
    List<Repeat> runs = new ArrayList<>();
    for (int i = 0; i < repeats; i++) {
      runs.add(new Repeat(outputs.share(prompt, output), run("cost-" + i, engine)));
    }
    return new ProtocolCost(
        prompt,
        output,
        Spread.of(runs, one -> one.run.share(one.run.search())),
        Spread.of(runs, Repeat::rows),
        Spread.of(runs, one -> one.run.share(one.run.recording())),
        Spread.of(runs, one -> one.run.share(one.run.sealing())),
        Spread.of(runs, one -> one.run.share(one.run.storing())),
        Spread.of(runs, one -> one.rows + one.run.total()),
        engine.shape().positionBytes());
  }

  /** Encodes what a request leaves on public topics. */
  PublicBytes bytes() {
    TaskTerms author = terms("author", context(prompt));
    try (TaskRun made = open(author, new TimedInference(engine, eosId))) {
      SealedStep last = made.finish(() -> prompt + output, (position, token) -> {});
      int[] text = new int[prompt + output];
      Arrays.setAll(text, last.trace()::tokenId);
      try (TaskRun checked = open(terms("checker", text), new TimedInference(engine, eosId))) {
        return records.bytes(prompt, made.prefill(), last, checked.prefill());
      }
    }
  }

  private Run run(String name, Engine engine) {
    TimedInference inference = new TimedInference(engine, eosId);
    TaskTerms terms = terms(name, context(prompt));
    try (ScratchFolder folder = ScratchFolder.make("verillm-evidence-");
        TaskRun run = open(terms, inference)) {
      SealedStep last = run.finish(() -> prompt + output, (position, token) -> {});
      long start = System.nanoTime();
      SignedRecord first = sealed(run.prefill());
      SignedRecord second = sealed(last);
      signTokens(terms, last);
      long signed = System.nanoTime();
      EvidenceStore store = EvidenceStore.open(DiskObjects.open(folder.path()), STORE_BYTES);
      store.keep(new StoredStep(run.prefill(), first));
      store.keep(new StoredStep(last, second));
      long stored = System.nanoTime();
      return new Run(
          run.modelNanos(),
          inference.searchNanos(),
          inference.recordingNanos(),
          signed - start,
          stored - signed);
    } catch (IOException e) {
      throw new UncheckedIOException("no folder for evidence", e);
    } catch (EvidenceStoreFull e) {
      throw new IllegalStateException(e);
    }
  }

  /** The roots once more, since the run computed them where no clock looked, and the commitment. */
  private SignedRecord sealed(SealedStep step) {
    Hash root = step.trace().rootAt(step.seal().size());
    Hash evidence = step.evidence().evidenceRoot();
    if (!root.equals(step.seal().traceRoot()) || !evidence.equals(step.seal().evidenceRoot())) {
      throw new IllegalStateException("a trace of " + step.seal().size() + " changed its root");
    }
    return records.commitment(step);
  }

  private void signTokens(TaskTerms terms, SealedStep last) {
    for (int at = prompt; at < last.seal().size(); at += TOKENS_PER_RECORD) {
      List<Integer> tokens = new ArrayList<>();
      for (int i = at; i < Math.min(at + TOKENS_PER_RECORD, last.seal().size()); i++) {
        tokens.add(last.trace().tokenId(i));
      }
      records.tokens(
          new Tokens(
              Wire.buffer(terms.taskId()),
              CaseRecords.WORKER,
              at - prompt,
              at,
              tokens,
              TokensFinish.NONE));
    }
  }

  private TaskRun open(TaskTerms terms, TimedInference inference) {
    return TaskRun.open(terms, records.identity(), inference, new CandidateBand(BAND_UNITS));
  }

  private int[] context(int size) {
    return new Random(size).ints(size, 0, engine.vocabulary()).toArray();
  }

  private TaskTerms terms(String name, int[] context) {
    Hash id = Hashing.hash("bench", name.getBytes(StandardCharsets.UTF_8));
    return new TaskTerms(
        id,
        0,
        engine.shape().modelId(),
        context,
        prompt,
        id.bytes(),
        id.bytes(),
        SAMPLING,
        id,
        engine.positionLimit(),
        CaseLimits.AHEAD);
  }
}
