package dev.lanewise.spark.score;

import dev.lanewise.arrow.image.ImageLimits;
import dev.lanewise.arrow.image.Pixels;
import dev.lanewise.arrow.score.ImageInput;
import org.apache.spark.sql.Row;

/**
 * Reads Spark's image struct: rows of pixels from the top, unsigned bytes, channels as OpenCV has them: grey, BGR or BGRA.
 *
 * @see <a href="https://spark.apache.org/docs/4.1.0/ml-datasource.html">Spark's image data source</a>
 */
final class ImageStruct {

    private static final int CV_8UC1 = 0;
    private static final int CV_8UC3 = 16;
    private static final int CV_8UC4 = 24;

    private ImageStruct() {}

    static ImageInput read(Row image, ImageLimits limits) {
        Object height = image.getAs("height");
        Object width = image.getAs("width");
        Object channels = image.getAs("nChannels");
        Object mode = image.getAs("mode");
        Object data = image.getAs("data");
        return height instanceof Integer h
                        && width instanceof Integer w
                        && channels instanceof Integer c
                        && mode instanceof Integer m
                        && data instanceof byte[] bytes
                ? read(w, h, c, m, bytes, limits)
                : new ImageInput.Missing("the image struct has a null field");
    }

    private static ImageInput read(int width, int height, int channels, int mode, byte[] data, ImageLimits limits) {
        if (height == -1 && width == -1) {
            return new ImageInput.Missing("Spark's image source could not decode the file");
        }
        if (width < 1 || height < 1) {
            return new ImageInput.Missing("the image struct has no pixels: " + width + "x" + height);
        }
        long pixels = (long) width * height;
        if (pixels > limits.maxPixels()) {
            return new ImageInput.Missing("the image has " + width + "x" + height + " pixels, more than the "
                    + limits.maxPixels() + " that maxPixels allows");
        }
        if (channels != channels(mode)) {
            return new ImageInput.Missing("the image struct has mode " + mode + " and " + channels
                    + " channels; known are 0 (CV_8UC1, 1 channel), 16 (CV_8UC3, 3) and 24 (CV_8UC4, 4)");
        }
        if (data.length != pixels * channels) {
            return new ImageInput.Missing("the image struct has " + data.length + " bytes of data, but " + width + "x"
                    + height + " pixels of " + channels + " channels need " + pixels * channels);
        }
        return new ImageInput.Decoded(
                channels == 1
                        ? new Pixels(width, height, 1, data)
                        : new Pixels(width, height, 3, rgb(data, channels, (int) pixels)));
    }

    private static int channels(int mode) {
        return switch (mode) {
            case CV_8UC1 -> 1;
            case CV_8UC3 -> 3;
            case CV_8UC4 -> 4;
            default -> -1;
        };
    }

    /** Reverses BGR; a fourth channel, the opacity, is dropped as it is for encoded images. */
    private static byte[] rgb(byte[] bgr, int channels, int pixels) {
        byte[] rgb = new byte[3 * pixels];
        for (int pixel = 0; pixel < pixels; pixel++) {
            for (int channel = 0; channel < 3; channel++) {
                rgb[3 * pixel + channel] = bgr[channels * pixel + 2 - channel];
            }
        }
        return rgb;
    }
}
