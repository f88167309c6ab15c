package dev.lanewise.kernels.conv;

import java.util.Objects;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Two kernels that compute whole rows together: one for their wide tiles, then one for their narrow tiles. Rows that need
 * none of a width have no kernel for it.
 */
record RowKernels(
        TileSplit split,
        @Nullable BandKernel wide,
        @Nullable BandKernel narrow) {

    /** @param kernel that of tiles of so many pixels */
    static RowKernels of(TileSplit split, int[] lengths, IntFunction<BandKernel> kernel) {
        boolean anyWide = false;
        boolean anyNarrow = false;
        for (int length : lengths) {
            anyWide |= split.wideTiles(length) > 0;
            anyNarrow |= split.narrowTiles(length) > 0;
        }
        return new RowKernels(
                split, anyWide ? kernel.apply(split.wide()) : null, anyNarrow ? kernel.apply(split.narrow()) : null);
    }

    /** Those there are. */
    Stream<BandKernel> kernels() {
        return Stream.of(wide, narrow).filter(Objects::nonNull);
    }

    /** Computes a band of rows of {@link Band#pixels} each. */
    void run(Band band) {
        int wideTiles = split.wideTiles(band.pixels);
        if (wide != null && wideTiles > 0) {
            band.firstPixel = 0;
            band.tiles = wideTiles;
            wide.run(band);
        }
        if (narrow != null && wideTiles * split.wide() < band.pixels) {
            band.firstPixel = wideTiles * split.wide();
            band.tiles = (band.pixels - band.firstPixel) / split.narrow();
            narrow.run(band);
        }
    }
}
