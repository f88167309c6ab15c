package dev.lanewise.kernels.workload;

/**
 * What a convolution does to its input first, padding excepted: {@code activation(fma(x, scale[c], shift[c]))}, such as the
 * normalisation and Relu before a convolution of DenseNet, or the scale of squeeze-and-excitation.
 *
 * @param affine whether there are a scale and a shift for every channel
 */
public record Prologue(boolean affine, Activation activation) {

    /** The input as it is. */
    public static final Prologue NONE = new Prologue(false, new Activation.None());

    /** Such as {@code affineRelu}; empty for none. */
    public String label() {
        return affine ? "affine" + activation.label() : activation.label();
    }
}
