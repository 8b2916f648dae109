package io.verillm.intake;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a call is answered with.
 *
 * @param status HTTP status
 * @param headers beside the content type
 * @param body fields of the JSON body
 */
record HttpAnswer(int status, Map<String, String> headers, Map<String, Object> body) {
  HttpAnswer {
    headers = Map.copyOf(headers);
    body = new TreeMap<>(body);
  }

  /** The request is on the log; what becomes of it is told at its place. */
  static HttpAnswer posted(String requestId) {
    return new HttpAnswer(
        202,
        Map.of("location", Intake.PATH + "/" + requestId),
        Map.of("requestId", requestId, "status", "posted"));
  }

  /** What was asked. */
  static HttpAnswer told(Map<String, Object> body) {
    return new HttpAnswer(200, Map.of("cache-control", "no-store"), body);
  }

  static HttpAnswer wrongMethod(String allowed, String method) {
    HttpAnswer refused =
        refused(new Refusal(Refusal.Code.METHOD_NOT_ALLOWED, allowed + ", not " + method));
    return new HttpAnswer(refused.status, Map.of("allow", allowed), refused.body);
  }

  static HttpAnswer refused(Refusal refusal) {
    return new HttpAnswer(
        refusal.code().status(),
        refusal.code().headers(),
        Map.of("error", refusal.code().text(), "message", refusal.message()));
  }

  /** As API Gateway takes it. */
  ObjectNode json(ObjectMapper mapper) {
    ObjectNode answer = mapper.createObjectNode().put("statusCode", status);
    ObjectNode named = answer.putObject("headers").put("content-type", "application/json");
    headers.forEach(named::put);
    return answer.put("body", mapper.valueToTree(body).toString()).put("isBase64Encoded", false);
  }
}
