package dev.lanewise.engine.graph;

import dev.lanewise.kernels.reference.ReferenceMatMul;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code alpha * A' * B' + beta * C} for matrices, each of A and B transposed or not; the third input may be left out.
 */
public record Gemm(float alpha, float beta, boolean transA, boolean transB) implements LinearOperator {

    @Override
    public List<ValueFact> infer(List<@Nullable ValueFact> inputs) {
        ValueFact a = Operands.required(inputs, 0, "A");
        ValueFact b = Operands.required(inputs, 1, "B");
        List<Dimension> left = matrix(a, "A");
        List<Dimension> right = matrix(b, "B");
        SymbolicSizes.requireEqual("the inner dimension of B", right.get(transB ? 1 : 0), left.get(transA ? 0 : 1));
        List<Dimension> dimensions = List.of(left.get(transA ? 1 : 0), right.get(transB ? 0 : 1));
        ValueFact c = Operands.optional(inputs, 2);
        if (c != null && c.dimensions() != null) {
            Broadcasting.dimensions(dimensions, c.dimensions());
        }
        return List.of(ValueFact.of(a.elementType(), dimensions));
    }

    @Override
    public List<Tensor> evaluate(List<@Nullable Tensor> inputs) {
        return List.of(ReferenceMatMul.gemm(
                Operands.required(inputs, 0, "A"),
                Operands.required(inputs, 1, "B"),
                Operands.optional(inputs, 2),
                alpha,
                beta,
                transA,
                transB));
    }

    private static List<Dimension> matrix(ValueFact fact, String name) {
        List<Dimension> dimensions = fact.dimensions();
        if (dimensions == null) {
            return SymbolicSizes.unknown(2);
        }
        if (dimensions.size() != 2) {
            throw new IllegalArgumentException(name + " must be a matrix, not " + fact.type());
        }
        return dimensions;
    }
}
