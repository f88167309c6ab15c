package dev.lanewise.kernels.conv;

import dev.lanewise.kernels.codegen.ActivationSource;
import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.conv.Schedule.BroadcastOrder;
import dev.lanewise.kernels.conv.Schedule.DepthwiseOrder;
import dev.lanewise.kernels.conv.Schedule.LanesOrder;
import dev.lanewise.kernels.tensor.BlockedLayout;
import dev.lanewise.kernels.tensor.Window;
import dev.lanewise.kernels.workload.Activation;
import dev.lanewise.kernels.workload.ConvWorkload;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Which schedules a plan has, and which of them to take untried. */
public final class Schedules {

    /** Vector operations in a tile's innermost loop, beyond which C2 may stop inlining and box every vector. */
    private static final int MOST_OPERATIONS = 96;

    /** Vector operations that limit a result from below and above. */
    private static final int BOUNDS = 4;

    private static final int MOST_PIXELS = 14;
    private static final int MOST_VECTORS = 8;

    /** Taps in a chunk that candidates try; each is a weight panel of 4 to 37 KB at two vectors of 8. */
    private static final int[] CHUNKS = {64, 128, 288, 576};

    private Schedules() {}

    /**
     * All schedules that compute a plan with vectors of this width (or the widest that its blocks hold), in no order.
     * There is at least one.
     */
    public static List<Schedule> legal(ConvPlan plan, VectorWidth widest) {
        if (plan.algorithm() == Algorithm.WINOGRAD) {
            return WinogradSchedules.legal(plan, widest);
        }
        VectorWidth width = widest.atMost(plan.output().block());
        List<Schedule> schedules = new ArrayList<>();
        for (int rows : bands(plan)) {
            for (Tile tile : tiles(plan, width, rows)) {
                switch (plan.algorithm()) {
                    case LANES_OVER_GROUPS -> addLanes(plan, width, tile, rows, schedules);
                    case DEPTHWISE -> addDepthwise(plan, width, tile, rows, schedules);
                    default -> addBroadcast(plan, width, tile, rows, schedules);
                }
            }
        }
        return schedules;
    }

    /** The schedule that a cost model expects to be fastest. */
    public static Schedule byDefault(ConvPlan plan, VectorWidth widest) {
        CostModel model = new CostModel(plan);
        Schedule best = null;
        double least = Double.MAX_VALUE;
        for (Schedule schedule : legal(plan, widest)) {
            double cost = model.cost(schedule);
            if (best == null || cost < least) {
                best = schedule;
                least = cost;
            }
        }
        return Objects.requireNonNull(best);
    }

    /** All legal schedules, the most promising first. */
    public static List<Schedule> ranked(ConvPlan plan, VectorWidth widest) {
        CostModel model = new CostModel(plan);
        List<Estimate> estimates = new ArrayList<>();
        for (Schedule schedule : legal(plan, widest)) {
            estimates.add(new Estimate(schedule, model.cost(schedule)));
        }
        estimates.sort(Comparator.comparingDouble(Estimate::cost));
        return estimates.stream().map(Estimate::schedule).toList();
    }

    private record Estimate(Schedule schedule, double cost) {}

    /** @throws IllegalArgumentException if a schedule is none of a plan's */
    public static void requireLegal(ConvPlan plan, Schedule schedule) {
        Optional<String> objection = objection(plan, schedule);
        if (objection.isPresent()) {
            throw new IllegalArgumentException(
                    "schedule " + schedule.label() + " does not compute this convolution: " + objection.get());
        }
    }

    public static boolean isLegal(ConvPlan plan, Schedule schedule) {
        return objection(plan, schedule).isEmpty();
    }

    private static Optional<String> objection(ConvPlan plan, Schedule schedule) {
        if (algorithm(schedule) != plan.algorithm()) {
            return Optional.of("it is planned as " + plan.algorithm());
        }
        if (schedule.width().lanes() > plan.output().block()) {
            return Optional.of("its vectors are wider than the output's blocks of "
                    + plan.output().block());
        }
        if (schedule instanceof Schedule.Winograd winograd) {
            return WinogradSchedules.objection(plan, winograd);
        }
        if (schedule.bandRows() < 1 || schedule.bandRows() > plan.workload().outputHeight()) {
            return Optional.of("bands of " + schedule.bandRows() + " rows, but the output has "
                    + plan.workload().outputHeight());
        }
        if (!fits(plan, schedule.width(), schedule.tile(), schedule.bandRows())) {
            return Optional.of("tiles of " + schedule.tile() + " do not divide its rows and blocks");
        }
        if (schedule instanceof Schedule.LanesOverGroups lanes
                && lanes.order() != LanesOrder.TAPS
                && !summedByRows(plan.workload())) {
            return Optional.of("its sums are not taken kernel row by kernel row");
        }
        if (schedule instanceof Schedule.Depthwise depthwise && !unrolls(plan, depthwise)) {
            return Optional.of("tiles of " + schedule.tile() + " are too large to be unrolled");
        }
        return Optional.empty();
    }

    private static Algorithm algorithm(Schedule schedule) {
        if (schedule instanceof Schedule.Direct) {
            return Algorithm.DIRECT;
        } else if (schedule instanceof Schedule.Pointwise) {
            return Algorithm.POINTWISE;
        } else if (schedule instanceof Schedule.FirstLayer) {
            return Algorithm.FIRST_LAYER;
        }
        if (schedule instanceof Schedule.Winograd) {
            return Algorithm.WINOGRAD;
        }
        return schedule instanceof Schedule.Depthwise ? Algorithm.DEPTHWISE : Algorithm.LANES_OVER_GROUPS;
    }

    /** Whether a vector holds as many groups, and not output channels of one. */
    static boolean lanesAreGroups(Schedule schedule) {
        return schedule instanceof Schedule.LanesOverGroups || schedule instanceof Schedule.Depthwise;
    }

    /** Whether a kernel computes all vectors of a block, one after the other. */
    static boolean takesTurns(ConvPlan plan, Schedule schedule) {
        return schedule instanceof Schedule.Depthwise && plan.workload().outputChannelsPerGroup() == 1;
    }

    /** Whether the pixels of neighbouring rows lie side by side on both ends, so that a band is one long row. */
    static boolean flat(ConvPlan plan) {
        Window window = plan.workload().window();
        return plan.algorithm() == Algorithm.POINTWISE
                && window.strideHeight() == 1
                && window.strideWidth() == 1
                && unpaddedRows(PrologueBands.source(plan, 1))
                && unpaddedRows(plan.output());
    }

    private static boolean unpaddedRows(BlockedLayout layout) {
        return layout.padLeft() == 0 && layout.padRight() == 0;
    }

    /** The lengths, in pixels, of the rows that a kernel is called for. */
    static int[] rowLengths(ConvPlan plan, int bandRows) {
        int height = plan.workload().outputHeight();
        int width = plan.workload().outputWidth();
        if (!flat(plan)) {
            return new int[] {width};
        }
        return height % bandRows == 0
                ? new int[] {bandRows * width}
                : new int[] {bandRows * width, height % bandRows * width};
    }

    static int tapsInChunk(ConvPlan plan, Schedule schedule, int taps) {
        if (schedule instanceof Schedule.Direct direct) {
            return Math.min(direct.taps(), taps);
        } else if (schedule instanceof Schedule.Pointwise pointwise) {
            return Math.min(pointwise.taps(), taps);
        }
        return taps;
    }

    /** How a schedule's kernel walks through these tables. */
    static TapStep step(ConvPlan plan, Schedule schedule, int[][] tables, int chunk) {
        boolean rows = schedule instanceof Schedule.LanesOverGroups lanes && lanes.order() != LanesOrder.TAPS;
        if (rows || schedule instanceof Schedule.Depthwise) {
            return TapStep.SINGLE;
        }
        boolean lanesAreGroups = schedule instanceof Schedule.LanesOverGroups;
        BroadcastOrder order = lanesAreGroups ? BroadcastOrder.WEIGHTS_FIRST : broadcastOrder(schedule);
        int stride = schedule instanceof Schedule.Winograd
                ? 1
                : plan.workload().window().strideWidth();
        return TapStep.of(
                tables,
                chunk,
                order.operations(schedule.tile()),
                stride * plan.input().block());
    }

    static BroadcastOrder broadcastOrder(Schedule schedule) {
        if (schedule instanceof Schedule.Direct direct) {
            return direct.order();
        } else if (schedule instanceof Schedule.Pointwise pointwise) {
            return pointwise.order();
        } else if (schedule instanceof Schedule.FirstLayer first) {
            return first.order();
        } else if (schedule instanceof Schedule.Winograd winograd) {
            return winograd.order();
        }
        throw new IllegalArgumentException(schedule.label() + " broadcasts nothing");
    }

    private static Set<Integer> bands(ConvPlan plan) {
        int height = plan.workload().outputHeight();
        Set<Integer> bands = new TreeSet<>();
        bands.add(height);
        for (int parts : new int[] {2, 4, 7}) {
            bands.add((height - 1) / parts + 1);
        }
        if (plan.algorithm() == Algorithm.LANES_OVER_GROUPS || plan.algorithm() == Algorithm.DEPTHWISE) {
            bands.add(1);
        }
        return bands;
    }

    private static List<Tile> tiles(ConvPlan plan, VectorWidth width, int rows) {
        int accumulators = width.registers() - 3;
        List<Tile> tiles = new ArrayList<>();
        for (int vectors = 1; vectors <= MOST_VECTORS; vectors++) {
            for (int pixels = 1; pixels <= MOST_PIXELS && pixels * vectors <= accumulators; pixels++) {
                Tile tile = new Tile(pixels, vectors);
                if (fits(plan, width, tile, rows)) {
                    tiles.add(tile);
                }
            }
        }
        return tiles;
    }

    private static boolean fits(ConvPlan plan, VectorWidth width, Tile tile, int rows) {
        ConvWorkload workload = plan.workload();
        for (int length : rowLengths(plan, rows)) {
            if (tile.pixels() > length) {
                return false;
            }
        }
        if (plan.algorithm() == Algorithm.LANES_OVER_GROUPS || plan.algorithm() == Algorithm.DEPTHWISE) {
            return tile.vectors() <= workload.outputChannelsPerGroup();
        }
        int inBlock = plan.output().block() / width.lanes();
        int most = (workload.outputChannelsPerGroup() - 1) / width.lanes() + 1;
        boolean wholeBlocks = tile.vectors() % inBlock == 0 || inBlock % tile.vectors() == 0;
        return wholeBlocks && tile.vectors() <= most;
    }

    private static void addBroadcast(ConvPlan plan, VectorWidth width, Tile tile, int rows, List<Schedule> schedules) {
        int taps = Math.toIntExact(plan.workload().tapsPerOutput());
        for (BroadcastOrder order : BroadcastOrder.values()) {
            switch (plan.algorithm()) {
                case FIRST_LAYER -> schedules.add(new Schedule.FirstLayer(width, tile, order, rows));
                case POINTWISE -> {
                    for (int chunk : chunks(taps)) {
                        schedules.add(new Schedule.Pointwise(width, tile, order, chunk, rows));
                    }
                }
                default -> {
                    for (int chunk : chunks(taps)) {
                        schedules.add(new Schedule.Direct(width, tile, order, chunk, rows));
                    }
                }
            }
        }
    }

    private static Set<Integer> chunks(int taps) {
        Set<Integer> chunks = new TreeSet<>();
        chunks.add(taps);
        for (int chunk : CHUNKS) {
            if (2 * chunk <= taps) {
                chunks.add(chunk);
            }
        }
        return chunks;
    }

    private static void addLanes(ConvPlan plan, VectorWidth width, Tile tile, int rows, List<Schedule> schedules) {
        ConvWorkload workload = plan.workload();
        schedules.add(new Schedule.LanesOverGroups(width, tile, LanesOrder.TAPS, rows));
        int kernelWidth = workload.window().kernelWidth();
        boolean byRows = summedByRows(workload) && kernelWidth > 1;
        if (byRows && (tile.accumulators() + tile.vectors() + tile.pixels()) * kernelWidth <= MOST_OPERATIONS) {
            schedules.add(new Schedule.LanesOverGroups(width, tile, LanesOrder.COLUMNS, rows));
            schedules.add(new Schedule.LanesOverGroups(width, tile, LanesOrder.ROWS, rows));
        }
    }

    /** In chunks of channels a kernel row is not summed in one piece. */
    private static boolean summedByRows(ConvWorkload workload) {
        return workload.summationChunk() == 1;
    }

    private static void addDepthwise(ConvPlan plan, VectorWidth width, Tile tile, int rows, List<Schedule> schedules) {
        for (DepthwiseOrder order : DepthwiseOrder.values()) {
            Schedule.Depthwise schedule = new Schedule.Depthwise(width, tile, order, rows);
            if (unrolls(plan, schedule)) {
                schedules.add(schedule);
            }
        }
    }

    /** Whether what a depthwise kernel unrolls is small enough; one row of taps for one sum always is. */
    private static boolean unrolls(ConvPlan plan, Schedule.Depthwise schedule) {
        Window window = plan.workload().window();
        Tile tile = schedule.tile();
        Activation activation = plan.workload().epilogue().activation();
        boolean bounded = BandKernels.isBounded(schedule, activation)
                || ActivationTemplate.isApart(activation, tile.accumulators());
        int perTile = tile.accumulators() * (2 + (bounded ? BOUNDS : ActivationSource.operations(activation)));
        int perRow = (tile.accumulators() + tile.vectors()) * window.kernelWidth();
        if (schedule.order() == DepthwiseOrder.TAPS) {
            int inputs = tile.accumulators() * window.kernelWidth();
            return perTile + perRow + inputs <= MOST_OPERATIONS || tile.accumulators() == 1;
        }
        int inputs = (tile.pixels() - 1) * Math.min(window.strideWidth(), window.kernelWidth()) + window.kernelWidth();
        return perTile + (perRow + inputs) * window.kernelHeight() <= MOST_OPERATIONS;
    }
}
