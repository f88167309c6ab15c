package dev.lanewise.engine.onnx;

/** A use of an operator that Lanewise does not run; the message says which, as in {@code three spatial dimensions}. */
public final class UnsupportedOperatorException extends RuntimeException {

    public UnsupportedOperatorException(String reason) {
        super(reason);
    }
}
