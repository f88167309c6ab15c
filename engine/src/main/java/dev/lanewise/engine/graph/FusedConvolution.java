package dev.lanewise.engine.graph;

import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import dev.lanewise.kernels.workload.Activation;
import dev.lanewise.kernels.workload.ConvWorkload;
import dev.lanewise.kernels.workload.Epilogue;
import dev.lanewise.kernels.workload.Prologue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A convolution with all that its kernel does to what it reads, and to the results before it stores them: {@code
 * activation(conv(prologue(x), w) + bias + residual)}, where the sums start from bias and residual. What the window reads
 * around the image is 0, whatever the prologue. Inputs: images, weights, bias (optional), if there is a residual, an addend
 * of the output's shape, and if the prologue is affine, its scale and its shift, one for each input channel; made by the
 * compiler.
 *
 * @param residual whether the fourth input is added
 */
public record FusedConvolution(Convolution convolution, Prologue prologue, boolean residual, Activation activation)
        implements WindowOperator {

    /** The index of the residual among the inputs. */
    public static final int RESIDUAL = 3;

    /** The indices of an affine prologue's parameters among the inputs. */
    public static final int SCALE = 4;

    public static final int SHIFT = 5;

    /** Of images as they come. */
    public FusedConvolution(Convolution convolution, boolean residual, Activation activation) {
        this(convolution, Prologue.NONE, residual, activation);
    }

    /** The same but for what is done to the images first. */
    public FusedConvolution with(Prologue other) {
        return new FusedConvolution(convolution, other, residual, activation);
    }

    @Override
    public List<ValueFact> infer(List<@Nullable ValueFact> inputs) {
        if (prologue.affine()) {
            new ChannelAffine(prologue.activation()).infer(affineInputs(inputs));
        }
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
                prepared(inputs), Operands.required(inputs, 1, "W"), Operands.optional(inputs, 2), addend, activation));
    }

    /** The images after the prologue. */
    private Tensor prepared(List<@Nullable Tensor> inputs) {
        Tensor x = Operands.required(inputs, 0, "X");
        if (prologue.equals(Prologue.NONE)) {
            return x;
        }
        return prologue.affine()
                ? new ChannelAffine(prologue.activation())
                        .evaluate(affineInputs(inputs))
                        .get(0)
                : new Activate(prologue.activation()).evaluate(inputs).get(0);
    }

    private static <T> List<@Nullable T> affineInputs(List<@Nullable T> inputs) {
        return Arrays.asList(
                Operands.optional(inputs, 0), Operands.optional(inputs, SCALE), Operands.optional(inputs, SHIFT));
    }

    /**
     * What is to be computed for images and weights of these shapes.
     *
     * @param bias whether there is one
     * @throws IllegalArgumentException if the shapes do not fit, or one of them is empty
     */
    public ConvWorkload workload(Shape input, Shape weights, boolean bias) {
        return convolution.workload(input, weights, bias).with(prologue).with(new Epilogue(bias, residual, activation));
    }

    static IllegalArgumentException notTheOutputs(String residual, String output) {
        return new IllegalArgumentException(
                "the residual is " + residual + ", but must be of the output's shape, " + output);
    }
}
