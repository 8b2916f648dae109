package io.verillm.protocol.check;

/**
 * One opened row's result in a vote.
 *
 * @param position absolute position
 * @param boundary index in the boundary set
 * @param score statistic and outcome
 */
public record RowResult(int position, int boundary, RowScore score) {}
