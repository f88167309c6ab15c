package dev.lanewise.kernels.conv;

/**
 * The outputs that a kernel holds in registers at a time.
 *
 * @param pixels neighbours in a row
 * @param vectors of output channels, for each pixel
 */
public record Tile(int pixels, int vectors) {

    public Tile {
        if (pixels < 1 || vectors < 1) {
            throw new IllegalArgumentException("a tile of " + pixels + " pixels x " + vectors + " vectors is empty");
        }
    }

    public int accumulators() {
        return pixels * vectors;
    }

    @Override
    public String toString() {
        return pixels + "x" + vectors;
    }
}
