package dev.lanewise.engine.graph;

import dev.lanewise.kernels.reference.ReferencePooling;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Each whole image reduced to one pixel.
 *
 * @see <a href="https://onnx.ai/onnx/operators/onnx__GlobalAveragePool.html">ONNX GlobalAveragePool</a>
 */
public record GlobalPooling(Function function) implements WindowOperator {

    /** What becomes of an image's pixels. */
    public enum Function {
        AVERAGE,
        MAX
    }

    @Override
    public List<ValueFact> infer(List<@Nullable ValueFact> inputs) {
        ValueFact x = Operands.requireFloats(Operands.required(inputs, 0, "X"), "X");
        List<Dimension> input = x.dimensions();
        if (input == null) {
            return List.of(ValueFact.of(x.type()));
        }
        requireRank(input.size());
        List<Dimension> output = new ArrayList<>(input.subList(0, 2));
        output.addAll(Collections.nCopies(input.size() - 2, Dimension.of(1)));
        return List.of(ValueFact.of(x.elementType(), output));
    }

    @Override
    public List<Tensor> evaluate(List<@Nullable Tensor> inputs) {
        Tensor x = Operands.required(inputs, 0, "X");
        Shape shape = x.shape();
        requireRank(shape.rank());
        if (shape.sizeOf(2, shape.rank()) == 0) {
            throw new IllegalArgumentException("images of shape " + shape + " have no pixels");
        }
        float[] data = Operands.floats(x, "X");
        float[] result =
                switch (function) {
                    case AVERAGE -> ReferencePooling.globalAverage(shape, data);
                    case MAX -> ReferencePooling.globalMax(shape, data);
                };
        Shape output = shape;
        for (int axis = 2; axis < shape.rank(); axis++) {
            output = output.with(axis, 1);
        }
        return List.of(Operands.rounded(x.elementType(), output, result));
    }

    private static void requireRank(int rank) {
        if (rank < 3) {
            throw new IllegalArgumentException("input has rank " + rank + ", and so no spatial dimensions");
        }
    }
}
