package dev.lanewise.kernels.conv;

import dev.lanewise.kernels.codegen.VectorWidth;
import java.util.Locale;
import java.util.regex.Matcher;

/**
 * How the loops of a convolution are tiled, ordered and unrolled. Schedules of one plan differ in speed, never in a bit.
 * {@link Schedules} knows which are legal for a plan.
 */
public sealed interface Schedule {

    VectorWidth width();

    Tile tile();

    /** The variant of the template. */
    Enum<?> order();

    /** Output rows in a band: all output channels of a band are computed before the next band. */
    int bandRows();

    /** The order of loads in the innermost loop of a kernel whose lanes are output channels. */
    enum BroadcastOrder {
        /** All weights of a tap, then one input after another. */
        WEIGHTS_FIRST,
        /** Each weight where it is used, so that it may become a memory operand. */
        WEIGHTS_AT_USE,
        /** One vector of weights after another, inputs where they are used. */
        INPUTS_AT_USE;

        /** Vector operations for each tap, in the kernel's source. */
        int operations(Tile tile) {
            int weights = this == WEIGHTS_AT_USE ? tile.accumulators() : tile.vectors();
            int inputs = this == INPUTS_AT_USE ? tile.accumulators() : tile.pixels();
            return tile.accumulators() + weights + inputs;
        }
    }

    /** The order of loads in the innermost loop of a kernel whose lanes are groups. */
    enum LanesOrder {
        /** One tap after another: its weights, then its inputs. */
        TAPS,
        /** A kernel row at a time: every input column is loaded once and serves all taps that meet it. */
        COLUMNS,
        /** A kernel row at a time: all its input columns are held, every weight is loaded once. */
        ROWS
    }

    /** How a depthwise kernel comes by its operands. */
    enum DepthwiseOrder {
        /** All weights are loaded before the first tile, and the inputs column by column: the fewest loads. */
        RESIDENT_COLUMNS,
        /** Weights and inputs are loaded tap by tap, where they are used: the fewest registers, and so the widest tiles. */
        TAPS
    }

    /** @param taps in a chunk, after which partial sums are stored; so that the weights of a tile stay in the first-level cache */
    record Direct(VectorWidth width, Tile tile, BroadcastOrder order, int taps, int bandRows) implements Schedule {}

    /** As {@link Direct}; the pixels of a band form one row where neither side is padded. */
    record Pointwise(VectorWidth width, Tile tile, BroadcastOrder order, int taps, int bandRows) implements Schedule {}

    record FirstLayer(VectorWidth width, Tile tile, BroadcastOrder order, int bandRows) implements Schedule {}

    record LanesOverGroups(VectorWidth width, Tile tile, LanesOrder order, int bandRows) implements Schedule {}

    record Depthwise(VectorWidth width, Tile tile, DepthwiseOrder order, int bandRows) implements Schedule {}

    /**
     * The products are computed as by {@link Direct}, with 4x4 tiles of the output for pixels.
     *
     * @param taps input channels in a chunk
     * @param bandRows output rows in a band: whole rows of tiles, so a multiple of 4, counted through the images of a batch
     */
    record Winograd(VectorWidth width, Tile tile, BroadcastOrder order, int taps, int bandRows) implements Schedule {}

    /** The same but for the rows in a band. */
    default Schedule withBandRows(int rows) {
        if (this instanceof Direct direct) {
            return new Direct(width(), tile(), direct.order(), direct.taps(), rows);
        } else if (this instanceof Pointwise pointwise) {
            return new Pointwise(width(), tile(), pointwise.order(), pointwise.taps(), rows);
        } else if (this instanceof FirstLayer first) {
            return new FirstLayer(width(), tile(), first.order(), rows);
        } else if (this instanceof LanesOverGroups lanes) {
            return new LanesOverGroups(width(), tile(), lanes.order(), rows);
        } else if (this instanceof Winograd winograd) {
            return new Winograd(width(), tile(), winograd.order(), winograd.taps(), rows);
        }
        return new Depthwise(width(), tile(), ((Depthwise) this).order(), rows);
    }

    /** Such as {@code direct f32x8 6x2 weights_first taps=576 rows=28}; {@link #parse} reads it. */
    default String label() {
        if (this instanceof Direct direct) {
            return head("direct", direct.order()) + " taps=" + direct.taps() + " rows=" + bandRows();
        } else if (this instanceof Pointwise pointwise) {
            return head("pointwise", pointwise.order()) + " taps=" + pointwise.taps() + " rows=" + bandRows();
        } else if (this instanceof FirstLayer first) {
            return head("firstLayer", first.order()) + " rows=" + bandRows();
        } else if (this instanceof LanesOverGroups lanes) {
            return head("lanesOverGroups", lanes.order()) + " rows=" + bandRows();
        } else if (this instanceof Winograd winograd) {
            return head("winograd", winograd.order()) + " taps=" + winograd.taps() + " rows=" + bandRows();
        }
        return head("depthwise", ((Depthwise) this).order()) + " rows=" + bandRows();
    }

    /** @throws IllegalArgumentException if a text is no schedule's label */
    static Schedule parse(String label) {
        Matcher matcher = ScheduleText.LABEL.matcher(label);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("\"" + label + "\" is no schedule; one reads like "
                    + "\"direct f32x8 6x2 weights_first taps=576 rows=28\"");
        }
        VectorWidth width = VectorWidth.ofBits(Integer.parseInt(matcher.group("lanes")) * Float.SIZE);
        Tile tile = new Tile(Integer.parseInt(matcher.group("pixels")), Integer.parseInt(matcher.group("vectors")));
        String order = matcher.group("order").toUpperCase(Locale.ROOT);
        int rows = Integer.parseInt(matcher.group("rows"));
        String chunk = matcher.group("taps");
        int taps = chunk == null ? Integer.MAX_VALUE : Integer.parseInt(chunk);
        return switch (matcher.group("algorithm")) {
            case "direct" -> new Direct(width, tile, BroadcastOrder.valueOf(order), taps, rows);
            case "pointwise" -> new Pointwise(width, tile, BroadcastOrder.valueOf(order), taps, rows);
            case "firstLayer" -> new FirstLayer(width, tile, BroadcastOrder.valueOf(order), rows);
            case "lanesOverGroups" -> new LanesOverGroups(width, tile, LanesOrder.valueOf(order), rows);
            case "depthwise" -> new Depthwise(width, tile, DepthwiseOrder.valueOf(order), rows);
            case "winograd" -> new Winograd(width, tile, BroadcastOrder.valueOf(order), taps, rows);
            default -> throw new IllegalArgumentException("no algorithm is called " + matcher.group("algorithm"));
        };
    }

    private String head(String algorithm, Enum<?> order) {
        return algorithm + " f32x" + width().lanes() + " " + tile() + " "
                + order.name().toLowerCase(Locale.ROOT);
    }
}
