package dev.lanewise.engine.graph;

import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import dev.lanewise.kernels.workload.Activation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code activation(fma(x, scale[c], shift[c]))} for every element of channel {@code c}: a batch normalisation, or
 * products and sums with a constant for each channel, that no convolution could take in. Inputs: X {@code [N, C, ...]},
 * scale {@code [C]}, shift {@code [C]}; made by the compiler.
 */
public record ChannelAffine(Activation activation) implements NormalizationOperator {

    @Override
    public List<ValueFact> infer(List<@Nullable ValueFact> inputs) {
        ValueFact x = Operands.requireFloats(Operands.required(inputs, 0, "X"), "X");
        List<Dimension> dimensions = x.dimensions();
        if (dimensions != null) {
            requireChannels(dimensions.size());
            requireFit("scale", Operands.required(inputs, 1, "scale"), dimensions.get(1));
            requireFit("shift", Operands.required(inputs, 2, "shift"), dimensions.get(1));
        }
        return List.of(ValueFact.of(x.type()));
    }

    @Override
    public List<Tensor> evaluate(List<@Nullable Tensor> inputs) {
        Tensor x = Operands.required(inputs, 0, "X");
        Shape shape = x.shape();
        requireChannels(shape.rank());
        float[] data = Operands.floats(x, "X");
        float[] scale = parameters("scale", Operands.required(inputs, 1, "scale"), shape);
        float[] shift = parameters("shift", Operands.required(inputs, 2, "shift"), shape);
        float[] result = new float[data.length];
        int pixels = shape.sizeOf(2, shape.rank());
        for (int i = 0; i < result.length; i++) {
            int channel = i / pixels % scale.length;
            result[i] = Math.fma(data[i], scale[channel], shift[channel]);
        }
        return List.of(Activate.activated(activation, new FloatTensor(x.elementType(), shape, result)));
    }

    private static float[] parameters(String name, Tensor tensor, Shape x) {
        if (!tensor.shape().equals(Shape.of(x.dim(1)))) {
            throw new IllegalArgumentException(
                    name + " has shape " + tensor.shape() + ", but X of shape " + x + " has " + x.dim(1) + " channels");
        }
        return Operands.floats(tensor, name);
    }

    private static void requireFit(String name, ValueFact fact, Dimension channels) {
        int length = SymbolicSizes.length(fact);
        if (length >= 0) {
            SymbolicSizes.requireEqual("the number of elements of " + name, Dimension.of(length), channels);
        }
    }

    private static void requireChannels(int rank) {
        if (rank < 2) {
            throw new IllegalArgumentException("input has rank " + rank + ", and so no channels");
        }
    }
}
