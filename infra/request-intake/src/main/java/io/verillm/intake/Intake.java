package io.verillm.intake;

import io.verillm.topics.Answers;
import io.verillm.topics.SignedProducer;
import io.verillm.topics.SignedRecords;
import io.verillm.topics.Topic;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers calls: what is posted is durable when its caller is told. */
final class Intake {
  static final String PATH = "/v1/requests";

  private static final Logger LOG = LoggerFactory.getLogger(Intake.class);

  private final Topic requests;
  private final SignedProducer producer;
  private final SignedRequests signed;
  private final Optional<GatewayRequests> gateway;

  /**
   * An intake.
   *
   * @param gateway empty where callers must sign for themselves
   */
  Intake(Topic requests, SignedProducer producer, Optional<GatewayRequests> gateway) {
    this.requests = requests;
    this.producer = producer;
    this.signed = new SignedRequests(requests);
    this.gateway = gateway;
  }

  HttpAnswer answer(HttpCall call) {
    try {
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
    if (!call.method().equals("POST")) {
      return Checked.bad(Refusal.Code.METHOD_NOT_ALLOWED, "POST, not " + call.method());
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
      return gateway.get().read(call);
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
    Answers.await(producer.send(record));
  }

  private static Refusal failure(KafkaException e) {
    boolean passing = e instanceof RetriableException || e instanceof TimeoutException;
    LOG.atError()
        .addKeyValue("retriable", passing)
        .addKeyValue("denied", e instanceof AuthorizationException)
        .log("request not posted: {}", e.toString());
    return passing
        ? new Refusal(
            Refusal.Code.UNAVAILABLE, "the log does not answer; post the same request again")
        : new Refusal(Refusal.Code.INTERNAL, "not posted; the fault is here, not in the request");
  }
}
