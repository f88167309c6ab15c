package dev.lanewise.kernels.conv;

import dev.lanewise.kernels.codegen.WarmUp;
import dev.lanewise.kernels.parallel.WorkerPool;
import dev.lanewise.kernels.tensor.Arena;
import dev.lanewise.kernels.tensor.BlockedLayout;
import dev.lanewise.kernels.tensor.ChannelOrder;
import dev.lanewise.kernels.tensor.Window;
import dev.lanewise.kernels.workload.ConvParameters;
import dev.lanewise.kernels.workload.ConvWorkload;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The loops around the kernel: {@code for image, for band of rows, for output vectors, for chunk of taps}. None of
 * them changes a sum. Threads take (image, band, output vectors) apart among them.
 */
final class LoopNest implements Nest {

    /** Pieces of work for each thread, so that one that is held up leaves its share to the others. */
    private static final int PIECES_PER_THREAD = 4;

    private static final float[] NO_RESIDUAL = {};

    private static final float[] UNBOUNDED = Bounds.NONE.values();

    private final ConvPlan plan;
    /** What the kernels read: the input, or the copy of what a band reads of it. */
    private final BlockedLayout source;

    private final @Nullable PrologueBands prologue;
    private final List<OutputVectors> units;
    private final PackedWeights weights;
    /** Each block as often as a tile has pixels, as if it were partial sums. */
    private final float[] bias;

    private final int pixelsOfBias;
    /** Of each group; one for all where lanes are groups. */
    private final int[][] taps;

    private final float[] bounds;
    private final boolean lanesAreGroups;
    private final boolean flat;
    private final int bandRows;
    private final int chunk;
    private final int weightsPerTap;
    /** Of each unit. */
    private final List<BandKernels> kernels;

    LoopNest(ConvPlan plan, Schedule schedule, ConvParameters parameters, int revision) {
        ConvWorkload workload = plan.workload();
        ChannelOrder order = plan.output().order();
        int lanes = schedule.width().lanes();
        Generated generated = Generated.of(plan, schedule, revision);
        this.plan = plan;
        source = PrologueBands.source(plan, schedule.bandRows());
        prologue = PrologueBands.isWanted(plan) ? new PrologueBands(plan, schedule, parameters) : null;
        lanesAreGroups = Schedules.lanesAreGroups(schedule);
        units = generated.units();
        weights = PackedWeights.pack(workload, order, units, lanes, parameters.weights());
        pixelsOfBias = lanesAreGroups ? 1 : schedule.tile().pixels();
        bias = PackedWeights.repeated(
                PackedWeights.bySlot(order, parameters.bias()), plan.output().block(), pixelsOfBias);
        bounds = Bounds.of(workload.epilogue().activation()).orElse(Bounds.NONE).values();
        flat = Schedules.flat(plan);
        bandRows = schedule.bandRows();
        taps = generated.taps();
        weightsPerTap = lanes * (int) (workload.tapsPerOutput() / taps[0].length);
        chunk = generated.chunk();
        kernels = generated.kernels();
    }

    /**
     * All that follows from a schedule without any weights.
     *
     * @param taps the tables that the kernels read
     * @param chunk entries of a table that a kernel goes through in one call
     * @param kernels of each unit
     */
    record Generated(List<OutputVectors> units, int[][] taps, int chunk, List<BandKernels> kernels) {

        static Generated of(ConvPlan plan, Schedule schedule, int revision) {
            ChannelOrder order = plan.output().order();
            int lanes = schedule.width().lanes();
            int most = schedule.tile().vectors();
            boolean lanesAreGroups = Schedules.lanesAreGroups(schedule);
            List<OutputVectors> units;
            if (Schedules.takesTurns(plan, schedule)) {
                units = OutputVectors.overBlocks(order, lanes);
            } else if (lanesAreGroups) {
                units = OutputVectors.overGroups(plan.workload(), order, lanes, most);
            } else {
                units = OutputVectors.overChannels(plan.workload(), order, lanes, most);
            }
            TileSplit split = TileSplit.of(schedule.tile().pixels(), Schedules.rowLengths(plan, schedule.bandRows()));
            BlockedLayout source = PrologueBands.source(plan, schedule.bandRows());
            int[][] tables = lanesAreGroups
                    ? new int[][] {tapsOverGroups(plan.workload(), source, schedule)}
                    : tapsOfGroups(plan.workload(), source);
            int tapsInChunk = Schedules.tapsInChunk(plan, schedule, tables[0].length);
            TapStep step = Schedules.step(plan, schedule, tables, tapsInChunk);
            int[][] taps = step.tables(tables);
            int chunk = tapsInChunk / (tables[0].length / taps[0].length);
            boolean chunked = chunk < taps[0].length;
            Map<Integer, BandKernels> byVectors = new HashMap<>();
            List<BandKernels> kernels = new ArrayList<>();
            for (OutputVectors unit : units) {
                kernels.add(byVectors.computeIfAbsent(
                        unit.vectors(),
                        vectors -> BandKernels.of(plan, schedule, split, step, vectors, chunked, revision)));
            }
            return new Generated(units, taps, chunk, kernels);
        }
    }

    /** Where each tap of each group is, seen from the first one of an output pixel in block 0. */
    static int[][] tapsOfGroups(ConvWorkload workload, BlockedLayout source) {
        Window window = workload.window();
        int[][] tables = new int[workload.groups()][Math.toIntExact(workload.tapsPerOutput())];
        for (int group = 0; group < workload.groups(); group++) {
            int[] table = tables[group];
            int first = group * workload.inputChannelsPerGroup();
            TapOrder.forEach(
                    workload,
                    (index, channel, row, column) -> table[index] = source.offsetOfChannel(
                            0,
                            first + channel,
                            row * window.dilationHeight() - window.padTop(),
                            column * window.dilationWidth() - window.padLeft()));
        }
        return tables;
    }

    /** As above for the first block of groups; only each kernel row's first tap where the kernel knows the others. */
    private static int[] tapsOverGroups(ConvWorkload workload, BlockedLayout source, Schedule schedule) {
        Window window = workload.window();
        boolean rowsOnly =
                !(schedule instanceof Schedule.LanesOverGroups lanes && lanes.order() == Schedule.LanesOrder.TAPS);
        IntStream.Builder table = IntStream.builder();
        TapOrder.forEach(workload, (index, channel, row, column) -> {
            if (column == 0 || !rowsOnly) {
                table.add(source.offset(
                        0,
                        channel,
                        row * window.dilationHeight() - window.padTop(),
                        column * window.dilationWidth() - window.padLeft()));
            }
        });
        return table.build().toArray();
    }

    @Override
    public List<WarmUp> warmUps() {
        return kernels.stream()
                .distinct()
                .flatMap(BandKernels::kernels)
                .map(SmallCalls::ofBand)
                .distinct()
                .toList();
    }

    @Override
    public void run(
            float[] input,
            int inputBase,
            float[] residual,
            int residualBase,
            @Nullable BlockedLayout residualLayout,
            float[] output,
            int outputBase,
            WorkerPool pool) {
        int rows = plan.workload().outputHeight();
        int band = bandRows;
        int threads = pool.threads();
        int images = plan.workload().batch();
        if (threads > 1 && !flat) {
            int bands = Math.max(1, PIECES_PER_THREAD * threads / (images * units.size()));
            band = Math.min(band, (rows - 1) / bands + 1);
        }
        int bandsOfImage = (rows - 1) / band + 1;
        int pieces = images * bandsOfImage * units.size();
        int rowsInBand = band;
        // Tasks that share a band have a copy of it each: no more of them than there are threads.
        int mostTasks = prologue == null ? PIECES_PER_THREAD * threads : threads;
        int tasks = threads == 1 ? 1 : Math.min(pieces, mostTasks);
        if (tasks == 1) {
            Call call = new Call(input, inputBase, residual, residualBase, residualLayout, output, outputBase);
            call.run(0, pieces, bandsOfImage, rowsInBand);
            return;
        }
        pool.map(tasks, task -> {
            Call call = new Call(input, inputBase, residual, residualBase, residualLayout, output, outputBase);
            int from = (int) ((long) pieces * task / tasks);
            int to = (int) ((long) pieces * (task + 1) / tasks);
            call.run(from, to, bandsOfImage, rowsInBand);
            return task;
        });
    }

    /**
     * Not so where the rows of a band are one long row, whose tiles are made for its length, nor where bands are copied for a
     * prologue.
     */
    boolean runsByRows() {
        return !flat && prologue == null;
    }

    /** Some output rows of one image. */
    void runRows(float[] input, int inputBase, float[] output, int outputBase, int image, int from, int to) {
        Call call = new Call(input, inputBase, NO_RESIDUAL, 0, null, output, outputBase);
        for (int row = from; row < to; row += bandRows) {
            for (int unit = 0; unit < units.size(); unit++) {
                call.piece(image, unit, row, Math.min(row + bandRows, to), null);
            }
        }
    }

    /** One thread's share of a run. */
    private final class Call {

        private final Band band = new Band();
        private final float[] input;
        private final int inputBase;
        private final int residualBase;
        private final @Nullable BlockedLayout residualLayout;
        private final int outputBase;

        Call(
                float[] input,
                int inputBase,
                float[] residual,
                int residualBase,
                @Nullable BlockedLayout residualLayout,
                float[] output,
                int outputBase) {
            this.input = input;
            this.inputBase = inputBase;
            this.residualBase = residualBase;
            this.residualLayout = residualLayout;
            this.outputBase = outputBase;
            band.input = input;
            band.weights = weights.data;
            band.residual = residual;
            if (residualLayout != null) {
                band.residualBlock = residualLayout.blockPitch();
                band.residualRow = residualLayout.rowPitch();
            }
            band.output = output;
            band.outputBlock = plan.output().blockPitch();
            band.outputRow = plan.output().rowPitch();
            band.inputRow = plan.workload().window().strideHeight() * source.rowPitch();
        }

        void run(int from, int to, int bandsOfImage, int rowsInBand) {
            if (prologue == null) {
                pieces(from, to, bandsOfImage, rowsInBand, null);
                return;
            }
            Arena copy = ScratchArenas.SHARED.take(prologue.floats());
            try {
                prologue.clearPadding(copy.data(), copy.base());
                band.input = copy.data();
                pieces(from, to, bandsOfImage, rowsInBand, copy);
            } finally {
                ScratchArenas.SHARED.giveBack(copy);
            }
        }

        private void pieces(int from, int to, int bandsOfImage, int rowsInBand, @Nullable Arena copy) {
            for (int piece = from; piece < to; piece++) {
                int unit = piece % units.size();
                int index = piece / units.size() % bandsOfImage;
                int image = piece / units.size() / bandsOfImage;
                int firstRow = index * rowsInBand;
                int lastRow = Math.min(firstRow + rowsInBand, plan.workload().outputHeight());
                if (prologue != null && copy != null && (piece == from || unit == 0)) {
                    prologue.fill(input, inputBase, image, firstRow, lastRow, copy.data(), copy.base());
                }
                piece(image, unit, firstRow, lastRow, copy);
            }
        }

        private void piece(int image, int index, int firstRow, int lastRow, @Nullable Arena copy) {
            OutputVectors unit = units.get(index);
            BandKernels its = kernels.get(index);
            int width = plan.workload().outputWidth();
            int length = flat ? (lastRow - firstRow) * width : width;
            band.rows = flat ? 1 : lastRow - firstRow;
            band.taps = taps[lanesAreGroups ? 0 : unit.group()];
            band.pixels = length;
            locate(image, unit, firstRow);
            band.inputOffset += copy == null
                    ? inputBase + image * source.imagePitch() + firstRow * band.inputRow
                    : copy.base() + plan.workload().window().padTop() * source.rowPitch();
            int tapCount = band.taps.length;
            for (band.from = 0; band.from < tapCount; band.from += chunk) {
                band.to = Math.min(band.from + chunk, tapCount);
                band.weightOffset = weights.offsets[index] + band.from * unit.vectors() * weightsPerTap;
                startFrom(unit, band.from == 0);
                band.bounds = band.to == tapCount ? bounds : UNBOUNDED;
                RowKernels kernel = band.from == 0 ? its.first() : band.to == tapCount ? its.last() : its.middle();
                kernel.run(band);
            }
            if (its.activation() != null) {
                its.activation().run(band);
            }
        }

        private void locate(int image, OutputVectors unit, int row) {
            BlockedLayout out = plan.output();
            int block = unit.slot() / out.block();
            int lane = unit.slot() % out.block();
            band.inputOffset = lanesAreGroups
                    ? unit.group() / source.block() * plan.workload().inputChannelsPerGroup() * source.blockPitch()
                            + unit.group() % source.block()
                    : 0;
            band.outputOffset = outputBase + out.offset(image, block, row, 0) + lane;
            if (residualLayout != null) {
                band.residualOffset = residualBase + residualLayout.offset(image, block, row, 0) + lane;
            }
        }

        /** The bias, or the partial sums that the chunk before has left in the output. */
        private void startFrom(OutputVectors unit, boolean first) {
            int pixel = plan.output().block();
            int lane = unit.slot() % pixel;
            band.initial = first ? bias : band.output;
            band.initialOffset = first ? (unit.slot() - lane) * pixelsOfBias + lane : band.outputOffset;
            band.initialBlock = first ? pixel * pixelsOfBias : band.outputBlock;
            band.initialPixel = first ? 0 : pixel;
            band.initialRow = first ? 0 : band.outputRow;
        }
    }
}
