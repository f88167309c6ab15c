package dev.lanewise.engine.graph;

import dev.lanewise.kernels.reference.ReferenceElementwise;
import dev.lanewise.kernels.reference.UnaryFunction;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A function of every element.
 *
 * @param alpha the function's first parameter, where it has one
 * @param beta the function's second parameter, where it has one
 */
public record Unary(UnaryFunction function, float alpha, float beta) implements ElementwiseOperator {

    /** The function with the parameters that ONNX takes by default. */
    public static Unary of(UnaryFunction function) {
        return new Unary(function, function.defaultAlpha(), function.defaultBeta());
    }

    @Override
    public List<ValueFact> infer(List<@Nullable ValueFact> inputs) {
        ValueFact x = Operands.required(inputs, 0, "X");
        List<ValueFact> constants = SymbolicElements.ofConstants(this, inputs);
        if (constants != null) {
            return constants;
        }
        List<Dimension> elements = x.elements();
        List<Dimension> dimensions = x.dimensions();
        if (function == UnaryFunction.NEG && elements != null && dimensions != null) {
            List<Dimension> negated =
                    elements.stream().map(Dimension.of(-1)::times).toList();
            return List.of(SymbolicSizes.fact(x.elementType(), dimensions, negated));
        }
        return List.of(ValueFact.of(x.type()));
    }

    @Override
    public List<Tensor> evaluate(List<@Nullable Tensor> inputs) {
        return List.of(ReferenceElementwise.unary(function, alpha, beta, Operands.required(inputs, 0, "X")));
    }
}
