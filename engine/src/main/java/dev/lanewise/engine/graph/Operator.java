package dev.lanewise.engine.graph;

import dev.lanewise.kernels.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node computes: its attributes, its shape rule and its reference evaluation. The inputs are those of the newest
 * supported opset (what older opsets keep in attributes, the reader turns into constant inputs), null where an optional
 * one is left out.
 */
public sealed interface Operator
        permits ElementwiseOperator,
                LinearOperator,
                MovementOperator,
                NormalizationOperator,
                QuantizationOperator,
                ReductionOperator,
                ShapeOperator,
                WindowOperator {

    /**
     * The facts about the outputs that follow from those about the inputs.
     *
     * @throws IllegalArgumentException if the inputs cannot be right, with the values named
     */
    List<ValueFact> infer(List<@Nullable ValueFact> inputs);

    /**
     * Computes the outputs with the plain operators of {@code kernels.reference}.
     *
     * @throws IllegalArgumentException if the inputs' shapes or types do not fit, with the values named
     */
    List<Tensor> evaluate(List<@Nullable Tensor> inputs);
}
