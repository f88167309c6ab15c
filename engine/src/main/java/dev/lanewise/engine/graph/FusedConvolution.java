package dev.lanewise.engine.graph;

import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import dev.lanewise.kernels.workload.Activation;
import dev.lanewise.kernels.workload.ConvWorkload;
import dev.lanewise.kernels.workload.Epilogue;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A convolution with all that its kernel does to the results before it stores them: {@code activation(conv(x, w) + bias +
 * residual)}, where the sums start from bias and residual. Inputs: images, weights, bias (optional), and if there is a
 * residual, an addend of the output's shape; made by the compiler.
 *
 * @param residual whether the fourth input is added
 */
public record FusedConvolution(Convolution convolution, boolean residual, Activation activation)
        implements WindowOperator {

    /** The index of the residual among the inputs. */
    public static final int RESIDUAL = 3;

    @Override
    public List<ValueFact> infer(List<@Nullable ValueFact> inputs) {
        ValueFact output = convolution.infer(inputs).get(0);
        if (!residual) {
            return List.of(output);
        }
        ValueFact addend = Operands.requireFloats(Operands.required(inputs, RESIDUAL, "residual"), "residual");
        List<Dimension> sum = output.dimensions();
        List<Dimension> added = addend.dimensions();
        if (sum == null || added == null) {
            return List.of(output);
        }
        if (sum.size() != added.size()) {
            throw notTheOutputs(addend.type().toString(), output.type().toString());
        }
        List<Dimension> dimensions = new ArrayList<>();
        for (int axis = 0; axis < sum.size(); axis++) {
            SymbolicSizes.requireEqual("dimension " + axis + " of the residual", added.get(axis), sum.get(axis));
            dimensions.add(sum.get(axis).isKnown() ? sum.get(axis) : added.get(axis));
        }
        return List.of(ValueFact.of(output.elementType(), dimensions));
    }

    @Override
    public List<Tensor> evaluate(List<@Nullable Tensor> inputs) {
        Tensor addend = residual ? Operands.required(inputs, RESIDUAL, "residual") : null;
        return List.of(convolution.convolve(
                Operands.required(inputs, 0, "X"),
                Operands.required(inputs, 1, "W"),
                Operands.optional(inputs, 2),
                addend,
                activation));
    }

    /**
     * What is to be computed for images and weights of these shapes.
     *
     * @param bias whether there is one
     * @throws IllegalArgumentException if the shapes do not fit, or one of them is empty
     */
    public ConvWorkload workload(Shape input, Shape weights, boolean bias) {
        return convolution.workload(input, weights, bias).with(new Epilogue(bias, residual, activation));
    }

    static IllegalArgumentException notTheOutputs(String residual, String output) {
        return new IllegalArgumentException(
                "the residual is " + residual + ", but must be of the output's shape, " + output);
    }
}
