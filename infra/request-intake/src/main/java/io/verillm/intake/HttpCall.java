package io.verillm.intake;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One call as API Gateway hands it over (HTTP API, payload format 2.0).
 *
 * @param method in capitals
 * @param path without the stage
 * @param caller who the API found out is calling; empty where nobody asked
 * @param headers by name in lower case
 * @param body its bytes
 */
record HttpCall(
    String method, String path, Optional<String> caller, Map<String, String> headers, byte[] body) {
  HttpCall {
    headers = Map.copyOf(headers);
  }

  /**
   * The call in an event.
   *
   * @throws IllegalArgumentException if its body says that it is Base64 and is not
   */
  static HttpCall of(JsonNode event) {
    Map<String, String> headers = new TreeMap<>();
    event
        .path("headers")
        .properties()
        .forEach(header ->
            headers.put(header.getKey().toLowerCase(Locale.ROOT), header.getValue().asText()));
    JsonNode http = event.path("requestContext").path("http");
    String body = event.path("body").asText("");
    return new HttpCall(
        http.path("method").asText("").toUpperCase(Locale.ROOT),
        event.path("rawPath").asText(http.path("path").asText("")),
        caller(event.path("requestContext").path("authorizer")),
        headers,
        event.path("isBase64Encoded").asBoolean()
            ? Base64.getDecoder().decode(body)
            : body.getBytes(StandardCharsets.UTF_8));
  }

  /** A token's subject at its issuer, or a role or user; a role's sessions are one caller. */
  private static Optional<String> caller(JsonNode authorizer) {
    JsonNode claims = authorizer.path("jwt").path("claims");
    String arn = authorizer.path("iam").path("userArn").asText("");
    if (claims.path("sub").isTextual()) {
      return Optional.of(claims.path("iss").asText("") + " " + claims.path("sub").asText());
    }
    return arn.isEmpty()
        ? Optional.empty()
        : Optional.of(arn.replaceFirst("(:assumed-role/[^/]+)/.*", "$1"));
  }

  Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }

  /** The content type without parameters; empty where there is none. */
  String contentType() {
    String type = header("content-type").orElse("");
    int end = type.indexOf(';');
    return (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT);
  }
}
