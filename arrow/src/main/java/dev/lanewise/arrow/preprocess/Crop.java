package dev.lanewise.arrow.preprocess;

import java.io.Serializable;

/** What is cut from the middle of an image after scaling. */
public sealed interface Crop extends Serializable {

    /** Keeps the whole image. */
    Crop NONE = new None();

    static Crop square(int pixels) {
        return new Centre(pixels, pixels);
    }

    static Crop centre(int height, int width) {
        return new Centre(height, width);
    }

    record None() implements Crop {}

    /**
     * Cuts from the middle; an image that is smaller is padded with zeros on all sides first.
     *
     * @see <a href="https://docs.pytorch.org/vision/stable/generated/torchvision.transforms.CenterCrop.html">torchvision CenterCrop</a>
     */
    record Centre(int height, int width) implements Crop {
        public Centre {
            if (height < 1 || width < 1) {
                throw new IllegalArgumentException("crop must be at least 1x1 pixel, not " + height + "x" + width);
            }
        }
    }

    /** Cuts the height and width that the network's input declares, or a square where it leaves them open. */
    record ModelSize(int otherwise) implements Crop {}
}
