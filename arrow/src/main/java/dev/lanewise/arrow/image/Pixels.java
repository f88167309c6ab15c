package dev.lanewise.arrow.image;

/**
 * A decoded image: unsigned bytes, row-major, channels innermost.
 *
 * @param channels 1 for grey, 3 for red, green, blue
 * @param data {@code height * width * channels} bytes, not copied
 */
public record Pixels(int width, int height, int channels, byte[] data) {

    public Pixels {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException("an image must have at least one pixel, not " + width + "x" + height);
        }
        if (channels != 1 && channels != 3) {
            throw new IllegalArgumentException("an image has 1 channel (grey) or 3 (RGB), not " + channels);
        }
        if (data.length != (long) width * height * channels) {
            throw new IllegalArgumentException("an image of " + width + "x" + height + " pixels with " + channels
                    + " channels has " + (long) width * height * channels + " bytes, not " + data.length);
        }
    }

    @Override
    public String toString() {
        return width + "x" + height + (channels == 1 ? " grey" : " RGB");
    }
}
