package dev.lanewise.engine.graph;

/** Inputs that an operator may have in ONNX, but that Lanewise does not run; the message says what about them. */
public final class UnsupportedInputException extends IllegalArgumentException {

    public UnsupportedInputException(String reason) {
        super(reason);
    }
}
