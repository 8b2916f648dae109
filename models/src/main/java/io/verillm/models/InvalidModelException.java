package io.verillm.models;

/** A model's files are missing, damaged, hostile or of an unknown kind; the message names which. */
public final class InvalidModelException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * @param message names the file, tensor or setting and the offending value
   */
  public InvalidModelException(String message) {
    super(message);
  }

  /**
   * @param message names the file, tensor or setting and the offending value
   * @param cause what the reader met
   */
  public InvalidModelException(String message, Throwable cause) {
    super(message, cause);
  }
}
