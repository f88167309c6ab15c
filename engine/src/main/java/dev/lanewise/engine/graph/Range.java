package dev.lanewise.engine.graph;

import dev.lanewise.kernels.tensor.DoubleTensor;
import dev.lanewise.kernels.tensor.LongTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Numbers from a start up or down to a limit, that one excluded. Inputs, all scalars: start, limit, delta. Element
 * {@code i} is {@code start + i * delta}, computed in double for floating-point types and rounded once.
 *
 * @see <a href="https://onnx.ai/onnx/operators/onnx__Range.html">ONNX Range</a>
 */
public record Range() implements ShapeOperator {

    @Override
    public List<ValueFact> infer(List<@Nullable ValueFact> inputs) {
        ValueFact start = Operands.required(inputs, 0, "start");
        List<Dimension> limit = Operands.required(inputs, 1, "limit").elements();
        long[] from = start.knownElements();
        long[] delta = Operands.required(inputs, 2, "delta").knownElements();
        Dimension length = Dimension.unknown();
        if (limit != null && from != null && delta != null && limit.size() == 1) {
            if (limit.get(0).isKnown()) {
                length = Dimension.of(count(from[0], limit.get(0).size(), delta[0]));
            } else if (from[0] == 0 && delta[0] == 1) {
                length = limit.get(0);
            }
        }
        return List.of(ValueFact.of(start.elementType(), List.of(length)));
    }

    @Override
    public List<Tensor> evaluate(List<@Nullable Tensor> inputs) {
        Tensor start = scalar(inputs, 0, "start");
        Tensor limit = scalar(inputs, 1, "limit");
        Tensor delta = scalar(inputs, 2, "delta");
        if (start instanceof LongTensor) {
            long[] values = new long[count(start.longAt(0), limit.longAt(0), delta.longAt(0))];
            Arrays.setAll(values, i -> start.longAt(0) + i * delta.longAt(0));
            return List.of(new LongTensor(start.elementType(), Shape.of(values.length), values));
        }
        double from = start.doubleAt(0);
        double step = delta.doubleAt(0);
        double count = Math.max(0, Math.ceil((limit.doubleAt(0) - from) / step));
        if (!(count <= Shape.MAX_ELEMENTS)) {
            throw endless(from, limit.doubleAt(0), step);
        }
        if (start instanceof DoubleTensor) {
            double[] values = new double[(int) count];
            Arrays.setAll(values, i -> from + i * step);
            return List.of(DoubleTensor.of(Shape.of(values.length), values));
        }
        float[] values = new float[(int) count];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (from + i * step);
        }
        return List.of(Operands.rounded(start.elementType(), Shape.of(values.length), values));
    }

    private static int count(long start, long limit, long delta) {
        if (delta == 0) {
            throw endless(start, limit, delta);
        }
        long span = Math.subtractExact(limit, start);
        long count =
                Math.max(0, span / delta + (span % delta == 0 ? 0 : Long.signum(span) == Long.signum(delta) ? 1 : 0));
        if (count > Shape.MAX_ELEMENTS) {
            throw endless(start, limit, delta);
        }
        return (int) count;
    }

    private static Tensor scalar(List<@Nullable Tensor> inputs, int index, String name) {
        Tensor tensor = Operands.required(inputs, index, name);
        if (tensor.shape().size() != 1) {
            throw new IllegalArgumentException(name + " has shape " + tensor.shape() + ", not one element");
        }
        return tensor;
    }

    private static IllegalArgumentException endless(Number start, Number limit, Number delta) {
        return new IllegalArgumentException(
                "the range from " + start + " to " + limit + " by " + delta + " has too many elements");
    }
}
