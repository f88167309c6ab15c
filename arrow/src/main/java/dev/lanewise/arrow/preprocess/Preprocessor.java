package dev.lanewise.arrow.preprocess;

import dev.lanewise.arrow.image.ImageException;
import dev.lanewise.arrow.image.ImageLimits;
import dev.lanewise.arrow.image.Pixels;
import dev.lanewise.arrow.preprocess.BilinearResize.Window;
import java.util.Arrays;
import org.apache.arrow.memory.ArrowBuf;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Preprocessing} made fit for one network: nothing is open but the images' own sizes. Immutable and safe to
 * share between threads.
 */
public final class Preprocessor {

    /** Of a filter, and of the rows that it holds at a time: what they take is some 25 bytes for each. */
    private static final long MOST_WEIGHTS = 4_000_000;

    private static final int OPEN = -1;

    private final Channels channels;
    private final Resize resize;
    private final Crop crop;
    private final int modelHeight;
    private final int modelWidth;
    private final ImageLimits limits;
    private final Normalizer normalizer;

    private Preprocessor(
            Preprocessing preprocessing, Channels channels, int modelHeight, int modelWidth, ImageLimits limits) {
        this.channels = channels;
        this.crop = crop(preprocessing.crop(), modelHeight, modelWidth);
        this.resize = resize(preprocessing.resize(), crop);
        this.modelHeight = modelHeight;
        this.modelWidth = modelWidth;
        this.limits = limits;
        this.normalizer = new Normalizer(channels.count(), preprocessing.mean(), preprocessing.std());
    }

    /**
     * @param modelChannels the network's input channels, -1 if it leaves them open
     * @param modelHeight its input height, -1 if it leaves that open; likewise the width
     * @throws IllegalArgumentException if the preprocessing cannot give what the network takes
     */
    public static Preprocessor of(
            Preprocessing preprocessing, int modelChannels, int modelHeight, int modelWidth, ImageLimits limits) {
        Channels channels = channels(preprocessing.channels(), modelChannels);
        requireCount("mean", preprocessing.mean(), channels);
        requireCount("std", preprocessing.std(), channels);
        Preprocessor preprocessor = new Preprocessor(preprocessing, channels, modelHeight, modelWidth, limits);
        ImageSize size = preprocessor.fixedSize();
        if (size != null && !preprocessor.fits(size)) {
            throw new IllegalArgumentException("the preprocessing gives images of " + size + ", but the model takes "
                    + preprocessor.modelSize() + "; change resize or crop");
        }
        return preprocessor;
    }

    /** The channels that the network reads. */
    public Channels channels() {
        return channels;
    }

    public Normalizer normalizer() {
        return normalizer;
    }

    /** The size that every image gets; null if that depends on the image. */
    public @Nullable ImageSize fixedSize() {
        if (crop instanceof Crop.Centre centre) {
            return new ImageSize(centre.height(), centre.width());
        }
        return resize instanceof Resize.Exact exact ? new ImageSize(exact.height(), exact.width()) : null;
    }

    /**
     * The size that an image gets.
     *
     * @throws ImageException if the network does not take that size, or scaling would make the image larger than the limit
     */
    public ImageSize outputSize(int width, int height) throws ImageException {
        ImageSize resized = resized(width, height);
        ImageSize size = crop instanceof Crop.Centre centre ? new ImageSize(centre.height(), centre.width()) : resized;
        if (!fits(size)) {
            throw new ImageException(
                    "the image is " + size + ", but the model takes " + modelSize() + "; set a resize or crop");
        }
        return size;
    }

    /**
     * Converts, scales and crops an image.
     *
     * @param target takes {@code [height][width][channels]} bytes of {@link #outputSize} from {@code offset} on
     */
    public void apply(Pixels image, ArrowBuf target, long offset) throws ImageException {
        ImageSize size = outputSize(image.width(), image.height());
        ImageSize resized = resized(image.width(), image.height());
        Pixels source = channels == Channels.GRAY && image.channels() == 3 ? grey(image) : image;
        int top = cropStart(resized.height(), size.height());
        int left = cropStart(resized.width(), size.width());
        Window window = new Window(
                Math.max(0, left),
                Math.max(0, top),
                Math.min(size.width(), resized.width()),
                Math.min(size.height(), resized.height()));
        source = BilinearResize.resize(source, resized.width(), resized.height(), window);
        byte[] row = new byte[size.width() * channels.count()];
        for (int y = 0; y < size.height(); y++) {
            writeRow(source, y + Math.min(0, top), Math.min(0, left), size.width(), row);
            target.setBytes(offset + (long) y * row.length, row, 0, row.length);
        }
    }

    private static Channels channels(@Nullable Channels wanted, int modelChannels) {
        if (wanted == null) {
            return switch (modelChannels) {
                case 1 -> Channels.GRAY;
                case 3, OPEN -> Channels.RGB;
                default ->
                    throw new IllegalArgumentException(
                            "the model takes " + modelChannels + " channels, but images have 1 (gray) or 3 (rgb, bgr)");
            };
        }
        if (modelChannels != OPEN && wanted.count() != modelChannels) {
            throw new IllegalArgumentException(
                    "channels " + wanted + " are " + wanted.count() + ", but the model takes " + modelChannels);
        }
        return wanted;
    }

    private static void requireCount(String what, float[] values, Channels channels) {
        if (values.length != 1 && values.length != channels.count()) {
            throw new IllegalArgumentException(what + " has " + values.length + " values, but the model takes "
                    + channels.count() + (channels.count() == 1 ? " channel (" : " channels (") + channels
                    + "): give 1 value" + (channels.count() == 1 ? "" : " or " + channels.count())
                    + ", or another preset");
        }
    }

    private static Crop crop(Crop wanted, int modelHeight, int modelWidth) {
        return wanted instanceof Crop.ModelSize size
                ? new Crop.Centre(
                        modelHeight == OPEN ? size.otherwise() : modelHeight,
                        modelWidth == OPEN ? size.otherwise() : modelWidth)
                : wanted;
    }

    private static Resize resize(Resize wanted, Crop crop) {
        if (!(wanted instanceof Resize.AroundCrop)) {
            return wanted;
        }
        return crop instanceof Crop.Centre centre
                ? new Resize.ShorterSide((int) Math.round(Math.max(centre.height(), centre.width()) * 256.0 / 224.0))
                : Resize.NONE;
    }

    private boolean fits(ImageSize size) {
        return (modelHeight == OPEN || size.height() == modelHeight)
                && (modelWidth == OPEN || size.width() == modelWidth);
    }

    private String modelSize() {
        return (modelHeight == OPEN ? "any" : modelHeight) + "x" + (modelWidth == OPEN ? "any" : modelWidth);
    }

    private ImageSize resized(int width, int height) throws ImageException {
        long newWidth = width;
        long newHeight = height;
        if (resize instanceof Resize.Exact exact) {
            newWidth = exact.width();
            newHeight = exact.height();
        } else if (resize instanceof Resize.ShorterSide shorter) {
            long shortSide = Math.min(width, height);
            newWidth = (long) shorter.pixels() * width / shortSide;
            newHeight = (long) shorter.pixels() * height / shortSide;
        }
        // A filter reads twice as many rows as the height shrinks, each of the new width.
        long weights = Math.max(width, height / newHeight * newWidth);
        if (weights > MOST_WEIGHTS && (newWidth < width || newHeight < height)) {
            throw new ImageException(
                    "scaling " + width + "x" + height + " to " + newWidth + "x" + newHeight + " takes filters of "
                            + weights + " weights, more than the limit of " + MOST_WEIGHTS
                            + "; crop the image, or scale it down, beforehand");
        }
        // Rows are scaled before columns: the image in between counts as well.
        long most = Math.max(newHeight, height);
        if (newWidth > limits.maxPixels() / most) {
            throw new ImageException("scaling " + width + "x" + height + " to " + newWidth + "x" + newHeight + " takes "
                    + newWidth * most + " pixels, more than the limit of " + limits.maxPixels()
                    + "; raise maxPixels or scale to a smaller size");
        }
        return new ImageSize((int) newHeight, (int) newWidth);
    }

    /**
     * Where a centre crop begins; negative where the image must be padded. Halves are rounded as torchvision does: to
     * even for a crop, down for the padding before.
     */
    private static int cropStart(int size, int cropped) {
        return cropped > size ? -((cropped - size) / 2) : (int) Math.rint((size - cropped) / 2.0);
    }

    /** Copies one row in the network's channel order; what lies outside the image is 0. */
    private void writeRow(Pixels source, int y, int left, int width, byte[] row) {
        int count = channels.count();
        Arrays.fill(row, (byte) 0);
        if (y < 0 || y >= source.height()) {
            return;
        }
        int from = Math.max(0, -left);
        int to = Math.min(width, source.width() - left);
        byte[] data = source.data();
        int in = (y * source.width() + left + from) * source.channels();
        if (source.channels() == count && channels != Channels.BGR) {
            System.arraycopy(data, in, row, from * count, (to - from) * count);
        } else if (source.channels() == 1) {
            for (int x = from; x < to; x++) {
                Arrays.fill(row, x * count, (x + 1) * count, data[in++]);
            }
        } else {
            for (int x = from; x < to; x++, in += 3) {
                row[3 * x] = data[in + 2];
                row[3 * x + 1] = data[in + 1];
                row[3 * x + 2] = data[in];
            }
        }
    }

    /** Luma as ITU-R 601-2 defines and Pillow rounds it. */
    private static Pixels grey(Pixels rgb) {
        byte[] in = rgb.data();
        byte[] out = new byte[rgb.width() * rgb.height()];
        for (int i = 0, source = 0; i < out.length; i++, source += 3) {
            int luma = 19595 * (in[source] & 0xff) + 38470 * (in[source + 1] & 0xff) + 7471 * (in[source + 2] & 0xff);
            out[i] = (byte) ((luma + 0x8000) >> 16);
        }
        return new Pixels(rgb.width(), rgb.height(), 1, out);
    }
}
