package dev.lanewise.arrow.batch;

import dev.lanewise.arrow.image.ImageException;
import dev.lanewise.arrow.image.Pixels;
import dev.lanewise.arrow.preprocess.ImageSize;
import dev.lanewise.arrow.preprocess.Preprocessor;
import dev.lanewise.arrow.tensor.FixedShapeTensorType;
import dev.lanewise.arrow.tensor.FixedShapeTensorVector;
import dev.lanewise.arrow.tensor.TensorLayout;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Shape;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.ArrowType;

/**
 * Preprocessed images of one size in Arrow memory: unsigned bytes, {@code [row][height][width][channels]}. Rows that were
 * never written, because their image is corrupt, are null.
 *
 * <p>Rows may be put and read by several threads, as long as each row has one.
 */
public final class ImageBatch implements AutoCloseable {

    private final Preprocessor preprocessor;
    private final ImageSize size;
    private final FixedShapeTensorVector images;

    private ImageBatch(Preprocessor preprocessor, ImageSize size, FixedShapeTensorVector images) {
        this.preprocessor = preprocessor;
        this.size = size;
        this.images = images;
    }

    /** Takes memory for {@code rows} images. */
    public static ImageBatch allocate(Preprocessor preprocessor, ImageSize size, int rows, BufferAllocator allocator) {
        TensorLayout layout = TensorLayout.of(
                List.of(size.height(), size.width(), preprocessor.channels().count()), List.of("H", "W", "C"));
        FixedShapeTensorType type = new FixedShapeTensorType(layout);
        ArrowType element = new ArrowType.Int(8, false);
        return new ImageBatch(
                preprocessor, size, FixedShapeTensorVector.allocate("image", type, element, rows, allocator));
    }

    /** The number of images. */
    public int rows() {
        return images.getValueCount();
    }

    public ImageSize size() {
        return size;
    }

    /** The column itself, which this batch closes. */
    public FixedShapeTensorVector vector() {
        return images;
    }

    /**
     * Preprocesses an image straight into its row; {@link #setPresent} is still to be called.
     *
     * @throws ImageException if the image cannot be brought to this batch's size
     */
    public void put(int row, Pixels image) throws ImageException {
        ImageSize actual = preprocessor.outputSize(image.width(), image.height());
        if (!actual.equals(size)) {
            throw new ImageException("the image is " + actual + ", but its header promised " + size);
        }
        preprocessor.apply(image, images.elements(), offset(row));
    }

    /** Makes a row count as present. All rows' flags share bytes, so that one thread alone must set them. */
    public void setPresent(int row) {
        images.setPresent(row);
    }

    /** Whether a row has an image. */
    public boolean isPresent(int row) {
        return !images.isNull(row);
    }

    /** The rows that have an image, in order. */
    public int[] presentRows() {
        return IntStream.range(0, rows()).filter(this::isPresent).toArray();
    }

    /**
     * Normalises some rows into a network's input.
     *
     * @param rows which, in this order
     * @param paddedTo how many images the tensor is to hold; those beyond {@code rows} are 0
     * @return {@code [paddedTo, channels, height, width]}
     */
    public FloatTensor normalized(int[] rows, int paddedTo) {
        int channels = preprocessor.channels().count();
        int pixels = size.height() * size.width();
        Shape shape = Shape.of(paddedTo, channels, size.height(), size.width());
        float[] data = new float[shape.size()];
        for (int i = 0; i < rows.length; i++) {
            preprocessor.normalizer().apply(images.elements(), offset(rows[i]), pixels, data, i * channels * pixels);
        }
        return FloatTensor.of(shape, data);
    }

    @Override
    public void close() {
        images.close();
    }

    private long offset(int row) {
        return (long) row * images.type().layout().size();
    }
}
