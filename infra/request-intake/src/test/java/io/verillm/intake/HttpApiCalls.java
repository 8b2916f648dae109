package io.verillm.intake;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Calls as API Gateway's HTTP API hands them to a function: payload format 2.0, all of its fields.
 */
final class HttpApiCalls {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** What an HTTP API says of a caller who signs as a role, in one of its sessions. */
  static final String IAM =
      """
      {"iam": {"accessKey": "ASIA0000", "accountId": "111122223333", "callerId": "AROA0000:%1$s",
        "cognitoIdentity": null, "principalOrgId": "o-0a1b",
        "userArn": "arn:aws:sts::111122223333:assumed-role/app/%1$s", "userId": "AROA0000:%1$s"}}
      """;

  /** And of one with a token. */
  static final String JWT =
      """
      {"jwt": {"claims": {"aud": "requests", "exp": "1795496400", "iss": "https://id.example",
        "sub": "u1"}, "scopes": null}}
      """;

  private HttpApiCalls() {}

  /** A role's request, by its session i-0. */
  static ObjectNode post(String type, String signature, byte[] body) {
    // The API hands over text as it is, and bytes of other types in Base64.
    boolean text = type.equals(GatewayRequests.TYPE) || type.startsWith("text/");
    ObjectNode event = call("POST /v1/requests", "/v1/requests", IAM.formatted("i-0"));
    event.put("isBase64Encoded", !text);
    event.put(
        "body",
        text ? new String(body, StandardCharsets.UTF_8) : Base64.getEncoder().encodeToString(body));
    event
        .withObjectProperty("headers")
        .put("content-type", type)
        .put("content-length", Integer.toString(body.length))
        .put(SignedRequests.SIGNATURE_HEADER, signature);
    return event;
  }

  /** A question after a request. */
  static ObjectNode get(String id, String authorizer) {
    ObjectNode event = call("GET /v1/requests/{id}", "/v1/requests/" + id, authorizer);
    event.putObject("pathParameters").put("id", id);
    return event;
  }

  /** What every call has: payload format 2.0, as AWS' guide shows it. */
  private static ObjectNode call(String route, String path, String authorizer) {
    String method = route.substring(0, route.indexOf(' '));
    try {
      return (ObjectNode)
          MAPPER.readTree(
              """
              {"version": "2.0", "routeKey": "%1$s", "rawPath": "%2$s", "rawQueryString": "",
               "headers": {"accept": "*/*", "host": "a1b2c3.execute-api.eu-central-1.amazonaws.com",
                 "x-forwarded-for": "192.0.2.7", "x-forwarded-port": "443", "x-forwarded-proto": "https"},
               "requestContext": {"accountId": "111122223333", "apiId": "a1b2c3", "authorizer": %4$s,
                 "domainName": "a1b2c3.execute-api.eu-central-1.amazonaws.com", "domainPrefix": "a1b2c3",
                 "http": {"method": "%3$s", "path": "%2$s", "protocol": "HTTP/1.1",
                   "sourceIp": "192.0.2.7", "userAgent": "curl/8.5.0"},
                 "requestId": "JKJaXmPLvHcESHA=", "routeKey": "%1$s", "stage": "$default",
                 "time": "24/Nov/2026:04:00:00 +0000", "timeEpoch": 1795492800000},
               "isBase64Encoded": false}
              """
                  .formatted(route, path, method, authorizer));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
