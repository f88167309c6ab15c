package dev.lanewise.engine.graph;

import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.LongTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Dropout as it is when a network is used, not trained: the input itself and, as second output, a mask that keeps all.
 * Inputs are the data, the ratio and whether to train; a ratio of 0 drops nothing in training either.
 */
public record Dropout() implements ElementwiseOperator {

    /** What ONNX takes for a ratio left out. */
    private static final double DEFAULT_RATIO = 0.5;

    @Override
    public List<ValueFact> infer(List<@Nullable ValueFact> inputs) {
        ValueFact data = Operands.required(inputs, 0, "data");
        ValueFact ratio = Operands.optional(inputs, 1);
        ValueFact training = Operands.optional(inputs, 2);
        // Where one of the two is known only at run time, so is whether they ask for training.
        if (training != null && training.constant() != null && (ratio == null || ratio.constant() != null)) {
            requireNoTraining(ratio == null ? null : ratio.constant(), training.constant());
        }
        return List.of(data, ValueFact.of(new TensorType(ElementType.BOOL, data.dimensions())));
    }

    @Override
    public List<Tensor> evaluate(List<@Nullable Tensor> inputs) {
        Tensor data = Operands.required(inputs, 0, "data");
        requireNoTraining(Operands.optional(inputs, 1), Operands.optional(inputs, 2));
        return List.of(data, keepAll(data.shape()));
    }

    private static void requireNoTraining(@Nullable Tensor ratio, @Nullable Tensor training) {
        double dropped = ratio == null ? DEFAULT_RATIO : ratio.doubleAt(0);
        if (training != null && training.longAt(0) != 0 && dropped != 0) {
            throw new UnsupportedInputException("training mode");
        }
    }

    private static LongTensor keepAll(Shape shape) {
        long[] mask = new long[shape.size()];
        Arrays.fill(mask, 1);
        return new LongTensor(ElementType.BOOL, shape, mask);
    }
}
