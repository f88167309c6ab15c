package dev.lanewise.engine.graph;

import dev.lanewise.kernels.reference.ReferencePooling;
import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.LongTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import dev.lanewise.kernels.tensor.Window;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The largest element of each window, and where it was.
 *
 * @param indices whether the second output, the indices, is wanted
 * @param columnMajor whether the indices count down the columns
 * @see <a href="https://onnx.ai/onnx/operators/onnx__MaxPool.html">ONNX MaxPool</a>
 */
public record MaxPooling(SlidingWindow window, boolean indices, boolean columnMajor) implements WindowOperator {

    @Override
    public List<ValueFact> infer(List<@Nullable ValueFact> inputs) {
        ValueFact x = Operands.required(inputs, 0, "X");
        if (x.elementType() != ElementType.INT8 && x.elementType() != ElementType.UINT8) {
            Operands.requireFloats(x, "X");
        }
        ValueFact values = PooledImage.infer(x, window);
        if (!indices) {
            return List.of(values);
        }
        return List.of(values, ValueFact.of(new TensorType(ElementType.INT64, values.dimensions())));
    }

    @Override
    public List<Tensor> evaluate(List<@Nullable Tensor> inputs) {
        Tensor x = Operands.required(inputs, 0, "X");
        PooledImage pooled = PooledImage.of(x, window);
        Shape input = pooled.image().shape();
        Window resolved = pooled.window();
        // Eight-bit integers are exact as floats.
        boolean bytes = x.elementType() == ElementType.INT8 || x.elementType() == ElementType.UINT8;
        float[] data = bytes ? widened((LongTensor) x) : Operands.floats(x, "X");
        float[] largest = ReferencePooling.max(input, data, resolved, pooled.height(), pooled.width());
        List<Tensor> outputs = new ArrayList<>();
        outputs.add(
                bytes
                        ? narrowed(x.elementType(), pooled.outputShape(), largest)
                        : Operands.rounded(x.elementType(), pooled.outputShape(), largest));
        if (indices) {
            long[] at = ReferencePooling.argMax(input, data, resolved, pooled.height(), pooled.width(), columnMajor);
            outputs.add(LongTensor.of(pooled.outputShape(), at));
        }
        return outputs;
    }

    private static float[] widened(LongTensor tensor) {
        float[] wide = new float[tensor.data().length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = tensor.data()[i];
        }
        return wide;
    }

    /** Back to integers; the negative infinity of a window without a pixel becomes the smallest of them. */
    private static LongTensor narrowed(ElementType type, Shape shape, float[] data) {
        long smallest = type.isUnsigned() ? 0 : -(1L << (type.bits() - 1));
        long[] narrow = new long[data.length];
        for (int i = 0; i < narrow.length; i++) {
            narrow[i] = Math.max(smallest, (long) data[i]);
        }
        return new LongTensor(type, shape, narrow);
    }
}
