package dev.lanewise.arrow.image;

/** Why an image has no pixels; the message is one line and fit for a row of results. */
public final class ImageException extends Exception {

    public ImageException(String message) {
        super(oneLine(message));
    }

    public ImageException(String message, Throwable cause) {
        super(oneLine(message), cause);
    }

    /** What a decoder's own exception says, or its kind where it says nothing. */
    static String reason(Throwable cause) {
        String message = cause.getMessage();
        return message == null || message.isBlank() ? cause.getClass().getSimpleName() : message;
    }

    private static String oneLine(String message) {
        return message.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    }
}
