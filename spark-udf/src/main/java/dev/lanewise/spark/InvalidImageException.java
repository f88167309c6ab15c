package dev.lanewise.spark;

/** An image that cannot be scored, under {@link HandleInvalid#ERROR}. */
public class InvalidImageException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public InvalidImageException(String message) {
        super(message);
    }
}
