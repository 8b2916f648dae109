package io.verillm.intake;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Lambda's entry, for an HTTP API with payload format 2.0. Clients are made once, when an
 * execution environment starts; {@link IntakeSettings} says from which variables.
 */
public final class RequestHandler implements RequestStreamHandler {
  private static final Logger LOG = LoggerFactory.getLogger(RequestHandler.class);
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Intake intake;

  /**
   * As Lambda makes it.
   *
   * @throws IllegalStateException if a variable is missing or wrong; the function then never starts
   */
  public RequestHandler() {
    this(IntakeSettings.of(System.getenv()).intake());
  }

  RequestHandler(Intake intake) {
    this.intake = intake;
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    MAPPER.writeValue(output, answer(input).json(MAPPER));
  }

  private HttpAnswer answer(InputStream input) throws IOException {
    HttpCall call;
    try {
      call = HttpCall.of(MAPPER.readTree(input));
    } catch (IllegalArgumentException e) {
      return HttpAnswer.refused(new Refusal(Refusal.Code.MALFORMED, "body is not Base64"));
    }
    try {
      return intake.answer(call);
    } catch (RuntimeException e) {
      // Thrown on, it would be an answer without a word for the caller.
      LOG.atError().setCause(e).log("call not answered");
      return HttpAnswer.refused(
          new Refusal(Refusal.Code.INTERNAL, "not posted; the fault is here"));
    }
  }
}
