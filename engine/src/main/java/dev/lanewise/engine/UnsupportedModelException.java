package dev.lanewise.engine;

/** A well-formed model, or a tensor, of a kind that Lanewise does not run; the message says what it would take. */
public class UnsupportedModelException extends ModelException {

    public UnsupportedModelException(String message) {
        super(message);
    }
}
