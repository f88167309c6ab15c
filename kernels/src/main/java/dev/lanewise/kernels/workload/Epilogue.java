package dev.lanewise.kernels.workload;

/**
 * What a convolution does beside its products: its sums start from {@code bias} (0 without one), plus {@code residual}
 * (an addend of the output's shape) where there is one, and its results go through the activation.
 */
public record Epilogue(boolean bias, boolean residual, Activation activation) {

    /** A plain convolution. */
    public static final Epilogue NONE = new Epilogue(false, false, new Activation.None());

    public static Epilogue bias(Activation activation) {
        return new Epilogue(true, false, activation);
    }

    /** As part of a kernel's name, such as {@code biasResidualRelu}. */
    public String label() {
        String parts = (bias ? "Bias" : "") + (residual ? "Residual" : "") + activation.label();
        return parts.isEmpty() ? "plain" : Character.toLowerCase(parts.charAt(0)) + parts.substring(1);
    }
}
