package dev.lanewise.arrow.score;

import dev.lanewise.arrow.batch.ImageBatch;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Shape;
import java.util.List;

/** What the rows of a bucket offer for one of the network's inputs. */
sealed interface InputVector extends AutoCloseable {

    /** Whether a row has been written. */
    boolean isPresent(int row);

    /** Some of the rows as the network reads them, {@code [paddedTo, ...]}; those beyond {@code rows} are 0. */
    FloatTensor tensor(int[] rows, int paddedTo);

    @Override
    void close();

    /** Images of pixels, of one size, in Arrow memory. */
    record Pixels(ImageBatch images) implements InputVector {

        @Override
        public boolean isPresent(int row) {
            return images.isPresent(row);
        }

        @Override
        public FloatTensor tensor(int[] rows, int paddedTo) {
            return images.normalized(rows, paddedTo);
        }

        @Override
        public void close() {
            images.close();
        }
    }

    /**
     * What came as the network reads it.
     *
     * @param shape of one row, such as {@code [C, H, W]}
     */
    record Values(List<float[]> rows, Shape shape) implements InputVector {

        @Override
        public boolean isPresent(int row) {
            return true;
        }

        @Override
        public FloatTensor tensor(int[] some, int paddedTo) {
            int elements = shape.size();
            float[] data = new float[Math.multiplyExact(paddedTo, elements)];
            for (int i = 0; i < some.length; i++) {
                System.arraycopy(rows.get(some[i]), 0, data, i * elements, elements);
            }
            return FloatTensor.of(NetworkInput.batch(paddedTo, shape), data);
        }

        @Override
        public void close() {}
    }
}
