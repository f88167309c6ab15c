package dev.lanewise.engine;

import java.io.Serializable;

/**
 * How a network is to be compiled.
 *
 * @param winograd whether 3x3 convolutions may be computed by Winograd's algorithm: faster, with larger rounding
 *     errors. Outputs then agree with ONNX Runtime's within 1e-3 of the largest, instead of 1e-4
 */
public record ModelOptions(boolean winograd) implements Serializable {

    /** With Winograd's algorithm where it pays. */
    public static final ModelOptions DEFAULT = new ModelOptions(true);
}
