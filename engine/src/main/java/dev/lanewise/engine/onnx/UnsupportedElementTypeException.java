package dev.lanewise.engine.onnx;

/** A type of element, such as {@code STRING}, or a kind of value, such as a sequence, that Lanewise does not hold. */
final class UnsupportedElementTypeException extends RuntimeException {

    UnsupportedElementTypeException(String type) {
        super(type);
    }
}
