package dev.lanewise.engine;

/**
 * How a network is to be compiled.
 *
 * @param winograd whether 3x3 convolutions may be computed by Winograd's algorithm: up to twice as fast, with rounding
 *     errors about ten times as large
 */
public record ModelOptions(boolean winograd) {

    /** With Winograd's algorithm where it pays. */
    public static final ModelOptions DEFAULT = new ModelOptions(true);
}
