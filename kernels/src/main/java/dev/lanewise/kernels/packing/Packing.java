package dev.lanewise.kernels.packing;

import static dev.lanewise.kernels.packing.TransposeTemplate.UNIT;

import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.packing.Movement.Lanes;
import dev.lanewise.kernels.packing.Movement.Pitches;
import dev.lanewise.kernels.tensor.BlockedLayout;
import dev.lanewise.kernels.tensor.ChannelOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Moves an image batch from one layout to another: packs NCHW (a {@link BlockedLayout} with blocks of one slot) or NHWC
 * into blocks, unpacks it again, and reorders channels or changes padding. It writes every pixel, zeros into empty slots,
 * and no padding. Immutable; threads may share one and run different blocks of the same batch at once.
 */
public final class Packing {

    /** Pixels moved before the next lanes of the block have their turn: what they share is still in the L1 cache then. */
    private static final int PART = 128;

    private final Side from;
    private final Side to;
    private final int batch;
    private final int rows;
    private final int columns;
    private final List<List<Movement>> blocks;

    private Packing(BlockedLayout shape, Side from, Side to, Optional<VectorWidth> width) {
        this.from = from;
        this.to = to;
        this.batch = shape.batch();
        // Rows that follow one another on both sides are one long row.
        boolean flat = from.rowPitch() == shape.width() * from.pixelPitch()
                && to.rowPitch() == shape.width() * to.pixelPitch();
        this.rows = flat ? 1 : shape.height();
        this.columns = flat ? shape.height() * shape.width() : shape.width();
        this.blocks = blocks(from, to, columns, width);
    }

    /**
     * Between two layouts of the same logical tensor.
     *
     * @throws IllegalArgumentException if batch, channels, height or width differ
     */
    public static Packing between(BlockedLayout from, BlockedLayout to) {
        return between(from, to, VectorWidth.preferred());
    }

    /** The same with vectors of that width, or with none. */
    static Packing between(BlockedLayout from, BlockedLayout to, Optional<VectorWidth> width) {
        if (!from.shape().equals(to.shape())) {
            throw new IllegalArgumentException("packing changes where a tensor's elements lie, not its shape: "
                    + from.shape() + " to " + to.shape());
        }
        return new Packing(to, Side.of(from), Side.of(to), width);
    }

    /** From {@code [batch][height][width][channels]}, without padding. */
    public static Packing fromInterleaved(BlockedLayout to) {
        return new Packing(to, Side.interleaved(to), Side.of(to), VectorWidth.preferred());
    }

    /** To {@code [batch][height][width][channels]}, without padding. */
    public static Packing toInterleaved(BlockedLayout from) {
        return new Packing(from, Side.of(from), Side.interleaved(from), VectorWidth.preferred());
    }

    /** How many parts there are to be moved, of about the same size: the blocks of all images. */
    public int blocks() {
        return batch * blocks.size();
    }

    /**
     * Moves the whole batch.
     *
     * @param inBase where the tensor begins in {@code in}; likewise {@code outBase}
     * @throws IllegalArgumentException if an array is too short
     */
    public void run(float[] in, int inBase, float[] out, int outBase) {
        run(in, inBase, out, outBase, 0, blocks());
    }

    /**
     * Moves the blocks {@code blockFrom} to {@code blockTo - 1} of {@link #blocks}. No two blocks write the same float.
     *
     * @throws IllegalArgumentException if an array is too short or there are no such blocks
     */
    public void run(float[] in, int inBase, float[] out, int outBase, int blockFrom, int blockTo) {
        from.require("source", in.length, inBase, batch);
        to.require("target", out.length, outBase, batch);
        if (blockFrom < 0 || blockTo > blocks() || blockFrom > blockTo) {
            throw new IllegalArgumentException(
                    "blocks " + blockFrom + " to " + blockTo + " are not among the " + blocks() + " that there are");
        }
        for (int block = blockFrom; block < blockTo; block++) {
            int image = block / blocks.size();
            move(
                    blocks.get(block % blocks.size()),
                    in,
                    inBase + image * from.imagePitch(),
                    out,
                    outBase + image * to.imagePitch());
        }
    }

    private void move(List<Movement> movements, float[] in, int inAt, float[] out, int outAt) {
        int rowStep = Math.max(1, PART / columns);
        for (int row = 0; row < rows; row += rowStep) {
            int rowCount = Math.min(rowStep, rows - row);
            int column = 0;
            while (column < columns) {
                int left = columns - column;
                int columnCount = left < 2 * PART ? left : PART;
                int inPart = inAt + row * from.rowPitch() + column * from.pixelPitch();
                int outPart = outAt + row * to.rowPitch() + column * to.pixelPitch();
                for (int i = 0; i < movements.size(); i++) {
                    movements.get(i).move(in, inPart, out, outPart, rowCount, columnCount);
                }
                column += columnCount;
            }
        }
    }

    private static List<List<Movement>> blocks(Side from, Side to, int columns, Optional<VectorWidth> width) {
        Pitches pitches = new Pitches(from.rowPitch(), from.pixelPitch(), to.rowPitch(), to.pixelPitch());
        BlockedLayout written = to.layout();
        List<List<Movement>> blocks = new ArrayList<>();
        if (written != null && (written.block() > 1 || from.layout() == null || hasEmptySlots(written.order()))) {
            ChannelOrder order = written.order();
            for (int block = 0; block < order.blocks(); block++) {
                Lanes lanes = new Lanes(pitches, from.channelStarts(order, block), to.slotStarts(block));
                blocks.add(gathered(lanes, columns, width));
            }
        } else {
            ChannelOrder order = Objects.requireNonNull(from.layout()).order();
            for (int block = 0; block < order.blocks(); block++) {
                Lanes lanes = new Lanes(pitches, from.channelStarts(order, block), to.channelStarts(order, block));
                blocks.add(scattered(lanes, from.slotStarts(block), columns, width));
            }
        }
        return blocks;
    }

    private static boolean hasEmptySlots(ChannelOrder order) {
        return order.channels() < order.slots();
    }

    private static List<Movement> gathered(Lanes lanes, int columns, Optional<VectorWidth> width) {
        boolean rows = lanes.pitches().inPixel() == 1;
        if (width.isEmpty() || lanes.count() < UNIT || (rows && columns < UNIT) || lanes.sameOnBothSides()) {
            return List.of(Runs.of(lanes));
        }
        VectorWidth vectors = width.get().atMost(lanes.count());
        List<Movement> movements = new ArrayList<>();
        for (int lane = 0; lane < lanes.count(); lane += vectors.lanes()) {
            Lanes part = lanes.part(lane, vectors.lanes());
            movements.add(rows && !part.allEmpty() ? Gather.ofRows(part, vectors) : Gather.ofPixels(part, vectors));
        }
        return movements;
    }

    private static List<Movement> scattered(Lanes lanes, int[] slots, int columns, Optional<VectorWidth> width) {
        if (width.isEmpty() || lanes.pitches().outPixel() != 1 || lanes.count() < UNIT || columns < UNIT) {
            return List.of(Runs.of(lanes));
        }
        VectorWidth vectors = width.get().atMost(columns);
        List<Movement> movements = new ArrayList<>();
        for (int lane = 0; lane < lanes.count(); lane += UNIT) {
            Lanes part = lanes.part(lane, UNIT);
            if (!part.allEmpty()) {
                movements.add(Scatter.of(part, slots[lane], vectors));
            }
        }
        return movements;
    }
}
