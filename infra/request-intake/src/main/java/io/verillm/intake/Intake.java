package io.verillm.intake;

import io.verillm.topics.Answers;
import io.verillm.topics.SignedProducer;
import io.verillm.topics.SignedRecords;
import io.verillm.topics.Topic;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers calls: what is posted is durable when its caller is told, and what became of it is told
 * to who posted it.
 */
final class Intake {
  static final String PATH = "/v1/requests";

  private static final String BELOW = PATH + "/";

  private static final Logger LOG = LoggerFactory.getLogger(Intake.class);

  private final Topic requests;
  private final Supplier<SignedProducer> producing;
  private @Nullable SignedProducer producer;
  private final SignedRequests signed;
  private final Optional<Gateway> gateway;

  /** What is done for callers without a key of their own. */
  record Gateway(GatewayRequests requests, GatewayResults results) {}

  /**
   * An intake.
   *
   * @param producing makes the producer at the first request. Each has an identity at the broker,
   *     by which repeated records are dropped: made before SnapStart takes its picture, all
   *     functions of that picture would share it, and one's request would pass for another's
   * @param gateway empty where callers must sign for themselves
   */
  Intake(Topic requests, Supplier<SignedProducer> producing, Optional<Gateway> gateway) {
    this.requests = requests;
    this.producing = producing;
    this.signed = new SignedRequests(requests);
    this.gateway = gateway;
  }

  HttpAnswer answer(HttpCall call) {
    try {
      if (call.path().startsWith(BELOW) && gateway.isPresent()) {
        return call.method().equals("GET")
            ? gateway.get().results().answer(call.path().substring(BELOW.length()), call)
            : HttpAnswer.wrongMethod("GET", call.method());
      }
      if (call.path().equals(PATH) && !call.method().equals("POST")) {
        return HttpAnswer.wrongMethod("POST", call.method());
      }
      return switch (read(call)) {
        case Checked.Good<Posting>(Posting posting) -> {
          post(posting);
          yield HttpAnswer.posted(posting.requestId());
        }
        case Checked.Bad<Posting>(Refusal refusal) -> HttpAnswer.refused(refusal);
      };
    } catch (KafkaException e) {
      return HttpAnswer.refused(failure(e));
    }
  }

  private Checked<Posting> read(HttpCall call) {
    if (!call.path().equals(PATH)) {
      return Checked.bad(Refusal.Code.NOT_FOUND, "there is " + PATH + " only, no " + call.path());
    }
    if (call.body().length > requests.recordBytesMax()) {
      return Checked.bad(
          Refusal.Code.TOO_LARGE,
          "%d bytes, %d are allowed".formatted(call.body().length, requests.recordBytesMax()));
    }
    if (call.contentType().equals(SignedRequests.TYPE)) {
      return signed.read(call);
    }
    if (call.contentType().equals(GatewayRequests.TYPE) && gateway.isPresent()) {
      return gateway.get().requests().read(call);
    }
    return Checked.bad(
        Refusal.Code.UNSUPPORTED_TYPE,
        "content-type must be %s%s, not '%s'"
            .formatted(
                gateway.isPresent() ? GatewayRequests.TYPE + " or " : "",
                SignedRequests.TYPE,
                call.contentType()));
  }

  private void post(Posting posting) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            requests.name(),
            null,
            posting.record().key(),
            posting.record().value(),
            SignedRecords.headers(posting.record()));
    Answers.await(producer().send(record));
  }

  private synchronized SignedProducer producer() {
    if (producer == null) {
      producer = producing.get();
    }
    return producer;
  }

  private static Refusal failure(KafkaException e) {
    boolean passing = e instanceof RetriableException || e instanceof TimeoutException;
    LOG.atError()
        .addKeyValue("retriable", passing)
        .addKeyValue("denied", e instanceof AuthorizationException)
        .log("call not answered: {}", e.toString());
    return passing
        ? new Refusal(Refusal.Code.UNAVAILABLE, "the log does not answer; ask the same again")
        : new Refusal(Refusal.Code.INTERNAL, "the fault is here, not in the request");
  }
}
