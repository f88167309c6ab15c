package dev.lanewise.kernels.packing;

import dev.lanewise.kernels.codegen.KernelCompiler;
import dev.lanewise.kernels.codegen.Source;
import dev.lanewise.kernels.codegen.VectorSource;
import dev.lanewise.kernels.codegen.VectorWidth;
import java.util.function.UnaryOperator;

/**
 * Writes the kernels that bring lanes together and take them apart. All are made of shifted loads: a vector that is read
 * some floats before an element has it in just that lane, and blends put elements of several vectors side by side.
 *
 * <p>To transpose, a vector's worth of rows of {@link #UNIT} elements each become {@code UNIT} vectors. Row {@code i} is
 * loaded {@code i - i % UNIT} floats early, which puts its elements into the lanes that they are for, up to a square of
 * {@code UNIT} by {@code UNIT}; a tree of blends merges the rows whose elements do not overlap, and exchanges transpose
 * the squares that are then left, side by side.
 */
final class TransposeTemplate {

    /**
     * Elements taken from a row at a time. Of all powers of two this measured best, with vectors of four lanes and of
     * eight: smaller ones load more, larger ones exchange more.
     */
    static final int UNIT = 4;

    /** In a pattern, the lane of an empty slot. */
    static final char EMPTY = '_';

    private static final String PARAMETERS = "float[] in, int inAt, int inRow, float[] out, int outAt, int outRow,"
            + " int[] starts, int rows, int columns";

    private final VectorWidth width;
    private final int lanes;

    TransposeTemplate(VectorWidth width) {
        this.width = width;
        this.lanes = width.lanes();
    }

    /** How many floats before its first element a lane's row is read where it is transposed. */
    static int early(int lane) {
        return lane - lane % UNIT;
    }

    /**
     * Fills a vector's worth of adjacent lanes from rows, in whole tiles of {@link #UNIT} columns. A lane's row is
     * read from {@link #early} floats before it to as many floats as a vector has, less the unit and {@code early}, behind
     * it.
     *
     * @param block floats from a pixel to the next in {@code out}
     * @param pattern {@link #EMPTY} for every lane that gets zeros, anything else for the others
     */
    TransposeKernel gather(int block, String pattern) {
        return kernel("Gather_f32x" + lanes + "_block" + block + emptyLanes(pattern), source -> {
            transpositionConstants(source);
            source.open("public void run(%s)", PARAMETERS);
            for (int row = 0; row < lanes; row++) {
                source.line("int from%d = starts[%d]%s;", row, row, early(row) == 0 ? "" : " - " + early(row));
            }
            tiles(source, UNIT, () -> {
                for (int row = 0; row < lanes; row++) {
                    if (pattern.charAt(row) == EMPTY) {
                        VectorSource.broadcast(source, "row" + row, "0f");
                    } else {
                        load(source, row, "inAt + from" + row + " + column");
                    }
                }
                transpose(source);
                source.line("int to = outAt + column * %d;", block);
                for (int pixel = 0; pixel < UNIT; pixel++) {
                    source.line("row%d.intoArray(out, to + %d);", pixel, pixel * block);
                }
            });
            return source.close();
        });
    }

    /**
     * Empties {@link #UNIT} adjacent lanes into rows, in whole tiles of as many columns as a vector has lanes.
     *
     * @param block floats from a pixel to the next in {@code in}
     * @param pattern {@link #EMPTY} for every lane that is left out, anything else for the others
     */
    TransposeKernel scatter(int block, String pattern) {
        return kernel("Scatter_f32x" + lanes + "_block" + block + emptyLanes(pattern), source -> {
            transpositionConstants(source);
            source.open("public void run(%s)", PARAMETERS);
            for (int lane = 0; lane < UNIT; lane++) {
                source.line("int to%d = starts[%d];", lane, lane);
            }
            tiles(source, lanes, () -> {
                source.line("int from = inAt + column * %d;", block);
                for (int row = 0; row < lanes; row++) {
                    load(source, row, "from + " + (row * block - early(row)));
                }
                transpose(source);
                for (int lane = 0; lane < UNIT; lane++) {
                    if (pattern.charAt(lane) != EMPTY) {
                        source.line("row%d.intoArray(out, outAt + to%d + column);", lane, lane);
                    }
                }
            });
            return source.close();
        });
    }

    /**
     * Fills a vector's worth of adjacent lanes from pixels whose floats are {@code step} apart. Lanes of the same letter
     * come from the same load.
     *
     * @param block floats from a pixel to the next in {@code out}
     * @param pattern for every lane the letter of its load, {@code a} being where {@code starts[0]} says, or {@link
     *     #EMPTY} for a lane that gets zeros
     */
    TransposeKernel select(int step, int block, String pattern) {
        return kernel("Select_f32x" + lanes + "_step" + step + "_block" + block + "_" + pattern, source -> {
            char last = (char) pattern.chars().max().getAsInt();
            for (char load = 'a'; load <= last; load++) {
                long mask = 0;
                for (int lane = 0; lane < lanes; lane++) {
                    mask |= pattern.charAt(lane) == load ? 1L << lane : 0;
                }
                source.line("private static final VectorMask MASK_%s = VectorMask.fromLong(S, 0x%xL);", load, mask);
            }
            boolean filled = pattern.indexOf(EMPTY) < 0;
            source.blank().open("public void run(%s)", PARAMETERS);
            for (char load = 'a'; load <= last; load++) {
                source.line("int from_%s = starts[%d];", load, load - 'a');
            }
            source.open("for (int row = 0; row < rows; row++)");
            source.open("for (int column = 0; column < columns; column++)");
            source.line("int from = inAt + column * %d;", step);
            if (!filled) {
                VectorSource.broadcast(source, "pixel", "0f");
            }
            for (char load = 'a'; load <= last; load++) {
                boolean first = filled && load == 'a';
                VectorSource.load(source, first ? "pixel" : "pixel_" + load, "in", "from + from_" + load);
                if (!first) {
                    blend(source, "pixel", "pixel", "pixel_" + load, "MASK_" + load);
                }
            }
            source.line("pixel.intoArray(out, outAt + column * %d);", block).close();
            source.line("inAt += inRow;");
            return source.line("outAt += outRow;").close().close();
        });
    }

    /** Sets a local to one vector with the lanes of another where a mask is set. */
    private static void blend(Source source, String result, String base, String replacement, String mask) {
        source.line("%s = (FloatVector) %s.blend(%s, %s);", result, base, replacement, mask);
        VectorSource.exact(source, result);
    }

    private static String emptyLanes(String pattern) {
        return pattern.indexOf(EMPTY) < 0 ? "" : "_" + pattern;
    }

    private TransposeKernel kernel(String name, UnaryOperator<Source> members) {
        return KernelCompiler.kernel(name, TransposeKernel.class, width, members);
    }

    private static void tiles(Source source, int tile, Runnable body) {
        source.open("for (int row = 0; row < rows; row++)");
        source.open("for (int column = 0; column < columns; column += %d)", tile);
        body.run();
        source.close();
        source.line("inAt += inRow;");
        source.line("outAt += outRow;").close();
    }

    /** For every bit of a lane's number the lanes in which it is set; for the exchanges what they swap. */
    private void transpositionConstants(Source source) {
        source.line("private static final Class LONGS = FloatVector.zero(S).reinterpretAsLongs().getClass();");
        for (int bit = 1; bit < lanes; bit *= 2) {
            long set = 0;
            StringBuilder swapped = new StringBuilder();
            for (int lane = 0; lane < lanes; lane++) {
                set |= (lane & bit) != 0 ? 1L << lane : 0;
                swapped.append(lane == 0 ? "" : ", ").append(lane ^ bit);
            }
            source.line("private static final VectorMask MASK%d = VectorMask.fromLong(S, 0x%xL);", bit, set);
            if (bit > 1 && bit < UNIT) {
                source.line(
                        "private static final VectorShuffle SWAP%d = VectorShuffle.fromArray(S, new int[] {%s}, 0);",
                        bit, swapped);
            }
        }
        source.blank();
    }

    private static void load(Source source, int row, String from) {
        VectorSource.load(source, "row" + row, "in", from);
    }

    /** Leaves in {@code row0} to {@code row3} the elements 0 to 3 of all rows. */
    private void transpose(Source source) {
        for (int bit = UNIT; bit < lanes; bit *= 2) {
            for (int row = 0; row < lanes; row++) {
                if (row % (2 * bit) < UNIT) {
                    blend(source, "row" + row, "row" + row, "row" + (row + bit), "MASK" + bit);
                }
            }
        }
        for (int bit = UNIT / 2; bit > 1; bit /= 2) {
            for (int row = 0; row < UNIT; row++) {
                if ((row & bit) == 0) {
                    exchange(source, row, row + bit, bit);
                }
            }
        }
        for (int row = 0; row < UNIT; row += 2) {
            exchangeNeighbours(source, row);
        }
    }

    /** The lanes of one row that have the bit against the lanes of the other that have it not. */
    private static void exchange(Source source, int row, int other, int bit) {
        String swap = "swap" + bit + "_" + row;
        source.line("FloatVector %s = (FloatVector) row%d.blend(row%d, MASK%d);", swap, other, row, bit);
        VectorSource.exact(source, swap);
        source.line("%s = (FloatVector) %s.rearrange(SWAP%d);", swap, swap, bit);
        VectorSource.exact(source, swap);
        blend(source, "row" + row, "row" + row, swap, "MASK" + bit);
        blend(source, "row" + other, swap, "row" + other, "MASK" + bit);
    }

    /** The same for lanes next to each other, where shifting 64 bits at a time is cheaper than a rearrangement. */
    private static void exchangeNeighbours(Source source, int row) {
        shifted(source, "up" + row, "row" + (row + 1), "LSHL");
        shifted(source, "down" + row, "row" + row, "LSHR");
        blend(source, "row" + row, "row" + row, "up" + row, "MASK1");
        blend(source, "row" + (row + 1), "down" + row, "row" + (row + 1), "MASK1");
    }

    /** Declares a vector whose pairs of lanes are those of another, moved by one lane. */
    private static void shifted(Source source, String result, String vector, String direction) {
        source.line("LongVector %s_pairs = (LongVector) %s.reinterpretAsLongs();", result, vector);
        source.line("if (%s_pairs.getClass() != LONGS) throw UNEXPECTED;", result);
        source.line(
                "FloatVector %s = %s_pairs.lanewise(VectorOperators.%s, 32).reinterpretAsFloats();",
                result, result, direction);
        VectorSource.exact(source, result);
    }
}
