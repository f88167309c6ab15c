package dev.lanewise.engine.graph;

import dev.lanewise.kernels.reference.ReferenceMatMul;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The product of matrices in the last two axes, the axes before them broadcast. */
public record MatMul() implements LinearOperator {

    @Override
    public List<ValueFact> infer(List<@Nullable ValueFact> inputs) {
        ValueFact a = Operands.required(inputs, 0, "A");
        ValueFact b = Operands.required(inputs, 1, "B");
        List<Dimension> left = a.dimensions();
        List<Dimension> right = b.dimensions();
        if (left == null || right == null) {
            return List.of(ValueFact.of(TensorType.unknownRank(a.elementType())));
        }
        if (left.isEmpty() || right.isEmpty()) {
            throw new IllegalArgumentException("MatMul takes no scalar");
        }
        Dimension inner = right.get(Math.max(0, right.size() - 2));
        SymbolicSizes.requireEqual("the inner dimension of B", inner, left.get(left.size() - 1));
        List<Dimension> product = new ArrayList<>(Broadcasting.dimensions(batch(left), batch(right)));
        if (left.size() > 1) {
            product.add(left.get(left.size() - 2));
        }
        if (right.size() > 1) {
            product.add(right.get(right.size() - 1));
        }
        return List.of(ValueFact.of(a.elementType(), product));
    }

    @Override
    public List<Tensor> evaluate(List<@Nullable Tensor> inputs) {
        return List.of(ReferenceMatMul.matMul(Operands.required(inputs, 0, "A"), Operands.required(inputs, 1, "B")));
    }

    private static List<Dimension> batch(List<Dimension> dimensions) {
        return dimensions.subList(0, Math.max(0, dimensions.size() - 2));
    }
}
