package dev.lanewise.kernels.reference;

/**
 * What a reduction makes of the elements along its axes.
 *
 * @see <a href="https://onnx.ai/onnx/operators/">the ONNX operators Reduce...</a>
 */
public enum Reduction {
    L1,
    L2,
    LOG_SUM,
    LOG_SUM_EXP,
    MAX,
    MEAN,
    MIN,
    PROD,
    SUM,
    SUM_SQUARE
}
