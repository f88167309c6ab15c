package dev.lanewise.engine;

/** A model that cannot be read, compiled or run; the one-line message names the file, the place in it and what to do. */
public class ModelException extends RuntimeException {

    public ModelException(String message) {
        super(oneLine(message));
    }

    public ModelException(String message, Throwable cause) {
        super(oneLine(message), cause);
    }

    /** Names come from the file and may hold anything, line breaks and terminal commands included. */
    private static String oneLine(String message) {
        return message.replaceAll("[\\p{Cc}\\p{Zl}\\p{Zp}]+", " ");
    }
}
