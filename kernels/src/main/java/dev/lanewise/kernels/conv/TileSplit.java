package dev.lanewise.kernels.conv;

/**
 * How rows are divided into tiles of two widths, without a rest: 28 pixels are three tiles of 6 and two of 5, where 6, 6,
 * 6, 6 and 4 would waste the last tile's registers.
 */
record TileSplit(int wide, int narrow) {

    /** For rows of all these lengths; the narrow tiles are as wide as can be. */
    static TileSplit of(int pixels, int... lengths) {
        for (int narrow = pixels - 1; narrow > 1; narrow--) {
            TileSplit split = new TileSplit(pixels, narrow);
            boolean fits = true;
            for (int length : lengths) {
                fits &= split.narrowTiles(length) >= 0;
            }
            if (fits) {
                return split;
            }
        }
        return new TileSplit(pixels, 1);
    }

    /** The number of narrow tiles in a row of this length: the fewest that leave a multiple of the wide ones; -1 if none do. */
    int narrowTiles(int length) {
        for (int tiles = 0; tiles * narrow <= length && tiles < wide; tiles++) {
            if ((length - tiles * narrow) % wide == 0) {
                return tiles;
            }
        }
        return -1;
    }

    int wideTiles(int length) {
        return (length - narrowTiles(length) * narrow) / wide;
    }
}
