package io.verillm.protocol.money;

/**
 * What the settled cases of a request leave to its next ones. A request's cases are settled in the
 * order of their segments.
 *
 * @param slashes units that its slashes brought and that nobody was paid with yet; they lie in its
 *     escrow account
 * @param whole whether every case so far is ACCEPTED, so that the answer up to here is worth paying
 */
record OpenSettlement(long slashes, boolean whole) {

  private static String key(String requestId) {
    return "settling/" + requestId;
  }

  static OpenSettlement read(Draft draft, String requestId) {
    return draft
        .get(key(requestId))
        .map(text -> text.split(" "))
        .map(words -> new OpenSettlement(Long.parseLong(words[0]), Boolean.parseBoolean(words[1])))
        .orElse(new OpenSettlement(0, true));
  }

  void write(Draft draft, String requestId) {
    draft.put(key(requestId), slashes + " " + whole);
  }

  static void remove(Draft draft, String requestId) {
    draft.remove(key(requestId));
  }
}
