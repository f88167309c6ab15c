package dev.lanewise.spark;

/** An image that cannot be scored, under {@link HandleInvalid#ERROR}. */
public class InvalidImageException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public InvalidImageException(String message) {
        super(message);
    }

    /** @param image what to call it */
    static InvalidImageException of(String image, String error) {
        return new InvalidImageException(
                "cannot score image " + image + ": " + error + "; handleInvalid keep or skip would go on without it");
    }
}
