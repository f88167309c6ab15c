package dev.lanewise.engine.run;

import dev.lanewise.kernels.reference.ReferenceMovement;
import dev.lanewise.kernels.tensor.DoubleTensor;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.LongTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/** Batches taken apart into rows, and put together again. */
public final class TensorRows {

    private TensorRows() {}

    /** A copy of one row of a tensor, as a batch of one. */
    public static Tensor row(Tensor tensor, int row) {
        Shape shape = tensor.shape().with(0, 1);
        int from = row * shape.size();
        int to = from + shape.size();
        if (tensor instanceof FloatTensor floats) {
            return new FloatTensor(floats.elementType(), shape, Arrays.copyOfRange(floats.data(), from, to));
        } else if (tensor instanceof LongTensor longs) {
            return new LongTensor(longs.elementType(), shape, Arrays.copyOfRange(longs.data(), from, to));
        }
        return new DoubleTensor(
                tensor.elementType(), shape, Arrays.copyOfRange(((DoubleTensor) tensor).data(), from, to));
    }

    /** Batches of one as one batch. */
    public static Tensor joined(List<Tensor> rows) {
        return ReferenceMovement.concat(rows, 0);
    }
}
