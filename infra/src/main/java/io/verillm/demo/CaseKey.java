package io.verillm.demo;

import io.verillm.events.Verdict;

/**
 * One case.
 *
 * @param requestId the request
 * @param segment 0-based segment
 */
record CaseKey(String requestId, int segment) {
  static CaseKey of(Verdict verdict) {
    return new CaseKey(verdict.getRequestId(), verdict.getSegment());
  }
}
