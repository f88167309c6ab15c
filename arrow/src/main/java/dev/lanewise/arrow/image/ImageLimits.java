package dev.lanewise.arrow.image;

import java.io.Serializable;

/**
 * How large a decoded image may be. The size is read from the file's header, before any pixel is decoded, so that a
 * small file cannot claim much memory.
 *
 * @param maxPixels the most pixels, width times height
 */
public record ImageLimits(long maxPixels) implements Serializable {

    /** 100 megapixels. */
    public static final ImageLimits DEFAULT = new ImageLimits(100_000_000);

    /** What fits into one Java array with four bytes per pixel, as a CMYK image needs. */
    private static final long MOST = (Integer.MAX_VALUE - 8) / 4;

    public ImageLimits {
        if (maxPixels < 1 || maxPixels > MOST) {
            throw new IllegalArgumentException("maxPixels must be between 1 and " + MOST + ", not " + maxPixels);
        }
    }
}
