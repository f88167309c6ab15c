package dev.lanewise.arrow.image;

/**
 * What a file says of its image before any pixel is decoded.
 *
 * @param width pixels across, the image upright
 * @param height pixels down, the image upright
 */
public record ImageHeader(ImageFormat format, int width, int height) {

    static ImageHeader of(ImageFormat format, long width, long height, Orientation orientation, ImageLimits limits)
            throws ImageException {
        if (width < 1 || height < 1) {
            throw new ImageException("corrupt " + format + ": the header gives a size of " + width + "x" + height);
        }
        if (width > limits.maxPixels() / height) {
            throw new ImageException("the header gives a size of " + width + "x" + height + " = " + width * height
                    + " pixels, more than the limit of " + limits.maxPixels() + "; raise maxPixels to decode it");
        }
        return orientation.swapsSides()
                ? new ImageHeader(format, (int) height, (int) width)
                : new ImageHeader(format, (int) width, (int) height);
    }
}
