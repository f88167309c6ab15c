package dev.lanewise.kernels.gemm;

import dev.lanewise.kernels.tensor.Shape;
import org.jspecify.annotations.Nullable;

/**
 * The trained numbers of a fully connected layer.
 *
 * @param depth input features
 * @param columns outputs
 * @param weights {@code [depth, columns]}, or {@code [columns, depth]} if transposed, row-major
 * @param bias {@code [columns]}
 */
public record GemmParameters(int depth, int columns, float[] weights, boolean transposed, float @Nullable [] bias) {

    // Not a compact constructor: NullAway overlooks that its bias may be null.
    public GemmParameters(int depth, int columns, float[] weights, boolean transposed, float @Nullable [] bias) {
        if (depth < 1 || columns < 1) {
            throw new IllegalArgumentException(
                    "a product of depth " + depth + " with " + columns + " columns is empty");
        }
        Shape shape = transposed ? Shape.of(columns, depth) : Shape.of(depth, columns);
        if (weights.length != shape.size()) {
            throw new IllegalArgumentException(
                    "weights of shape " + shape + " have " + shape.size() + " elements, not " + weights.length);
        }
        if (bias != null && bias.length != columns) {
            throw new IllegalArgumentException("bias of " + bias.length + " elements for " + columns + " columns");
        }
        this.depth = depth;
        this.columns = columns;
        this.weights = weights;
        this.transposed = transposed;
        this.bias = bias;
    }

    float weight(int feature, int column) {
        return transposed ? weights[column * depth + feature] : weights[feature * columns + column];
    }
}
