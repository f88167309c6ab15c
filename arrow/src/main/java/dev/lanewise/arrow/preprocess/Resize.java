package dev.lanewise.arrow.preprocess;

import java.io.Serializable;

/** How an image is scaled before it is cropped. */
public sealed interface Resize extends Serializable {

    /** Leaves the image as it is. */
    Resize NONE = new None();

    static Resize shorterSide(int pixels) {
        return new ShorterSide(pixels);
    }

    static Resize exact(int height, int width) {
        return new Exact(height, width);
    }

    record None() implements Resize {}

    /**
     * Scales the shorter side to a number of pixels and the longer one by the same ratio, cut off to a whole number.
     *
     * @see <a href="https://docs.pytorch.org/vision/stable/generated/torchvision.transforms.Resize.html">torchvision Resize</a>
     */
    record ShorterSide(int pixels) implements Resize {
        public ShorterSide {
            requirePositive("resize", pixels);
        }
    }

    /** Scales to one size, whatever the ratio of the sides. */
    record Exact(int height, int width) implements Resize {
        public Exact {
            requirePositive("resize height", height);
            requirePositive("resize width", width);
        }
    }

    /**
     * Scales the shorter side to 256/224 of the crop's longer side: 256 pixels for the usual crop of 224, and in
     * proportion for networks of other sizes. Without a crop, leaves the image as it is.
     */
    record AroundCrop() implements Resize {}

    private static void requirePositive(String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(what + " must be at least 1 pixel, not " + value);
        }
    }
}
