package dev.lanewise.arrow.image;

import java.io.IOException;

/**
 * Decodes image files: JPEG (baseline, progressive, lossless; grey, YCbCr, RGB, CMYK, YCCK), PNG (all kinds), GIF and
 * WebP (the first frame), BMP. The format is known by the first bytes, never by a name. Immutable and safe to share
 * between threads.
 *
 * <p>The pixels are what a network has seen in training, that is, Pillow's: turned upright by their EXIF orientation,
 * alpha dropped, colour profiles ignored, the high byte of 16-bit samples. Greyscale files give one channel, all others
 * three. A file that stops early, or whose pixels are not all there, counts as corrupt.
 */
public final class ImageDecoder {

    private final ImageLimits limits;

    public ImageDecoder(ImageLimits limits) {
        this.limits = limits;
    }

    public ImageDecoder() {
        this(ImageLimits.DEFAULT);
    }

    /**
     * Reads an image's size without decoding it; the file may still turn out to be corrupt.
     *
     * @throws ImageException if there is no header of a known format in the bytes, or the size is beyond the limit
     */
    public ImageHeader header(byte[] encoded) throws ImageException {
        ImageFormat format = ImageFormat.of(encoded);
        try {
            return switch (format) {
                case JPEG -> JpegFile.header(encoded, limits);
                case PNG -> PngFile.header(encoded, limits);
                case GIF -> GifFile.header(encoded, limits);
                case BMP -> BmpFile.header(encoded, limits);
                case WEBP -> WebpFile.header(encoded, limits);
            };
        } catch (RuntimeException malformed) {
            throw corrupt(format, malformed);
        } catch (OutOfMemoryError | StackOverflowError malformed) {
            throw exhausted(format, malformed);
        }
    }

    /** @throws ImageException if there is no image of a known format in the bytes, or it is corrupt or too large */
    public Pixels decode(byte[] encoded) throws ImageException {
        ImageFormat format = ImageFormat.of(encoded);
        try {
            return switch (format) {
                case JPEG -> JpegFile.decode(encoded, limits);
                case PNG -> PngFile.decode(encoded, limits);
                case GIF -> GifFile.decode(encoded, limits);
                case BMP -> BmpFile.decode(encoded, limits);
                case WEBP -> WebpFile.decode(encoded, limits);
            };
        } catch (IOException | RuntimeException malformed) {
            // The readers meet malformed files with any exception that an index or a cast can throw.
            throw corrupt(format, malformed);
        } catch (OutOfMemoryError | StackOverflowError malformed) {
            throw exhausted(format, malformed);
        }
    }

    private static ImageException exhausted(ImageFormat format, Error cause) {
        return new ImageException(
                "corrupt " + format + ", or the JVM's memory is too small for it: " + ImageException.reason(cause),
                cause);
    }

    private static ImageException corrupt(ImageFormat format, Exception cause) {
        return new ImageException("corrupt " + format + ": " + ImageException.reason(cause), cause);
    }
}
