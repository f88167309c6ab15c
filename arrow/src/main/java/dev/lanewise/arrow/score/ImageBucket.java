package dev.lanewise.arrow.score;

import dev.lanewise.arrow.batch.ImageBatch;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Shape;
import java.util.List;
import java.util.stream.IntStream;

/** The images of a batch that the network takes in one run: all of one size. */
sealed interface ImageBucket extends AutoCloseable {

    /** Where in the batch each image stands. */
    List<Integer> places();

    /** The images that are there, as indices of {@link #places}, in order. */
    int[] presentRows();

    /** Some of the images as the network reads them, {@code [paddedTo, C, H, W]}; those beyond {@code rows} are 0. */
    FloatTensor tensor(int[] rows, int paddedTo);

    @Override
    void close();

    /** Images of pixels, in Arrow memory. */
    record Pixels(ImageBatch images, List<Integer> places) implements ImageBucket {

        @Override
        public int[] presentRows() {
            return images.presentRows();
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
     * Images that came as what the network reads.
     *
     * @param shape of one of them, {@code [C, H, W]}
     */
    record Values(List<float[]> images, Shape shape, List<Integer> places) implements ImageBucket {

        @Override
        public int[] presentRows() {
            return IntStream.range(0, images.size()).toArray();
        }

        @Override
        public FloatTensor tensor(int[] rows, int paddedTo) {
            int elements = shape.size();
            float[] data = new float[paddedTo * elements];
            for (int i = 0; i < rows.length; i++) {
                System.arraycopy(images.get(rows[i]), 0, data, i * elements, elements);
            }
            return FloatTensor.of(Shape.of(paddedTo, shape.dim(0), shape.dim(1), shape.dim(2)), data);
        }

        @Override
        public void close() {}
    }
}
