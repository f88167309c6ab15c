package dev.lanewise.kernels.conv;

import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.reference.ReferenceWinograd;
import dev.lanewise.kernels.tensor.BlockedLayout;
import dev.lanewise.kernels.tensor.Window;

/**
 * An estimate, in cycles, of what a schedule costs on a core with two vector fmas and two loads a cycle. It ranks
 * schedules before any is timed, for which only ratios matter.
 */
final class CostModel {

    /** Cycles from an fma to the next one that needs its result, times the fmas that a core begins in a cycle. */
    private static final int FMAS_IN_FLIGHT = 8;

    private static final double FMAS_A_CYCLE = 2;

    private static final double CYCLES_PER_TILE = 4;
    private static final double CYCLES_PER_STORE = 1.5;
    /** Of instructions that do not multiply: what loads cost even where they do not limit. */
    private static final double CYCLES_PER_OPERAND = 0.1;

    /** Of a group, from which on kernels that go tap by tap were measured to be as fast as others, or faster. */
    private static final int MANY_CHANNELS = 8;

    /** That kernels which hold a row want at least. */
    private static final int PIXELS_OF_A_ROW = 4;

    /** Of the first-level cache, what a weight panel and its inputs may fill. */
    private static final int PANEL_FLOATS = 6 * 1024;

    /** As much, where it is read so few times that it need not stay. */
    private static final int STREAMED_FLOATS = 24 * 1024;

    /** In a band: so few that a panel's first reading, from a farther cache, is felt in any case. */
    private static final int FEW_TILES = 10;

    /** Addresses that lie a multiple of so many bytes apart share the few lines of one set of the first-level cache. */
    private static final int CACHE_SET_BYTES = 4096;

    /** As above; the patches of Winograd's tiles take more room than the pixels of direct ones. */
    private static final int WINOGRAD_PANEL_FLOATS = 3 * 1024;

    /** Of transformed patches: 4 MB. */
    private static final int PATCH_FLOATS = 1024 * 1024;

    /** For a vector of weights that comes from the last cache. */
    private static final double CYCLES_PER_STREAMED_VECTOR = 2;

    /** Of the second-level cache, what weights may fill beside a band of input. */
    private static final int WEIGHT_FLOATS = 64 * 1024;

    /** Of the second-level cache, what a band of input may fill beside output and weights. */
    private static final int BAND_FLOATS = 48 * 1024;

    private final ConvPlan plan;
    /** Whether the inputs of the taps that a turn takes lie side by side. */
    private final boolean adjacent;

    CostModel(ConvPlan plan) {
        this.plan = plan;
        adjacent = switch (plan.algorithm()) {
            case WINOGRAD -> true;
            case LANES_OVER_GROUPS, DEPTHWISE -> false;
            default -> {
                int[][] tables = LoopNest.tapsOfGroups(plan.workload(), plan.input());
                int inputPixel =
                        plan.workload().window().strideWidth() * plan.input().block();
                TapStep step = TapStep.of(tables, tables[0].length, 1, inputPixel);
                yield step.adjacent() && step.taps() > 1;
            }
        };
    }

    double cost(Schedule schedule) {
        if (schedule instanceof Schedule.Winograd winograd) {
            return winograd(winograd);
        }
        int length = Schedules.rowLengths(plan, schedule.bandRows())[0];
        int vectors = schedule.tile().vectors();
        TileSplit split = TileSplit.of(schedule.tile().pixels(), Schedules.rowLengths(plan, schedule.bandRows()));
        double pixels = split.wideTiles(length) * tile(schedule, split.wide(), vectors)
                + split.narrowTiles(length) * tile(schedule, split.narrow(), vectors);
        return pixels
                / length
                / vectors
                * vectorWaste(schedule)
                / schedule.width().lanes()
                * panelPenalty(schedule);
    }

    /** Of a direct schedule: cycles that its multiply-adds take at best, over those that they are expected to take. */
    double shareOfPeak(Schedule schedule, VectorWidth widest) {
        double least = 1 / (FMAS_A_CYCLE * widest.lanes());
        double slots = plan.output().order().slots();
        return Math.min(1, least / cost(schedule) * plan.workload().outputChannels() / slots);
    }

    /**
     * Of the products only: the transforms hardly depend on the schedule. Every band streams all weights, more than any
     * cache but the last holds, so few tiles to a band are dear; and so are patches that even that cache hardly holds.
     */
    private double winograd(Schedule.Winograd schedule) {
        int vectors = schedule.tile().vectors();
        int[] bands = WinogradGrid.of(plan.workload()).bandTiles(schedule.bandRows() / ReferenceWinograd.TILE);
        TileSplit split = TileSplit.of(schedule.tile().pixels(), bands);
        double tiles = split.wideTiles(bands[0]) * tile(schedule, split.wide(), vectors)
                + split.narrowTiles(bands[0]) * tile(schedule, split.narrow(), vectors);
        double streamed = CYCLES_PER_STREAMED_VECTOR / bands[0];
        int channels = plan.workload().inputChannelsPerGroup();
        int chunk = Math.min(schedule.taps(), channels);
        double panel = chunk * vectors * schedule.width().lanes() > WINOGRAD_PANEL_FLOATS ? 0.05 : 0;
        double stored = chunk == channels ? 0 : 0.02 * 64 / chunk;
        long patches = (long) ReferenceWinograd.FREQUENCIES
                * bands[0]
                * plan.input().order().slots();
        return (tiles / bands[0] / vectors + streamed)
                * vectorWaste(schedule)
                / schedule.width().lanes()
                * (1 + panel + stored + (patches > PATCH_FLOATS ? 0.04 : 0));
    }

    /** Cycles for one tap of a tile. */
    private double tile(Schedule schedule, int pixels, int vectors) {
        int fmas = pixels * vectors;
        double compute = Math.max(fmas, FMAS_IN_FLIGHT) / 2.0;
        double loads = loads(schedule, pixels, vectors) / 2.0;
        long taps = schedule instanceof Schedule.Winograd
                ? plan.workload().inputChannelsPerGroup()
                : plan.workload().tapsPerOutput();
        double perTile = CYCLES_PER_TILE + CYCLES_PER_STORE * fmas;
        double overhead = turn(schedule, pixels) + CYCLES_PER_OPERAND * 2 * loads + perTile / taps;
        int live = fmas + registersBeside(schedule, pixels, vectors);
        // With no register to spare, C2 keeps accumulators in memory, at half the speed or less. Where taps do not lie
        // side by side, nor in a row that the kernel holds, it loads ahead, and was seen to do so in some JVMs with
        // one.
        int excess = live - schedule.width().registers() + 1;
        boolean holdsRow =
                schedule instanceof Schedule.LanesOverGroups lanes && lanes.order() == Schedule.LanesOrder.ROWS;
        boolean loadsAhead = !adjacent && !holdsRow;
        double lastRegister = loadsAhead && excess >= 0 ? compute * 0.3 : 0;
        double spill = excess > 0 ? compute * (0.8 + 0.1 * excess) : lastRegister;
        return Math.max(compute, loads) + overhead + spill;
    }

    /** For each tap: counting, finding its input, and checking bounds. */
    private double turn(Schedule schedule, int pixels) {
        if (schedule instanceof Schedule.LanesOverGroups lanes) {
            return turn(lanes, pixels);
        }
        boolean loop =
                schedule instanceof Schedule.Depthwise depthwise && depthwise.order() == Schedule.DepthwiseOrder.TAPS;
        return loop ? 1.2 : 0.4;
    }

    private double turn(Schedule.LanesOverGroups schedule, int pixels) {
        Window window = plan.workload().window();
        boolean strided = window.strideWidth() > 1;
        // Each tile of output channels takes the inputs from the second-level cache anew, with strides those between
        // too.
        double streamed = (double) pixels
                * window.strideHeight()
                * window.strideWidth()
                / (window.kernelHeight() * window.kernelWidth());
        if (schedule.order() == Schedule.LanesOrder.TAPS) {
            boolean many = plan.workload().inputChannelsPerGroup() >= MANY_CHANNELS;
            return (many || strided ? 0.2 : 1.2) + streamed;
        }
        // A weight that few pixels share is waited for.
        return (pixels < PIXELS_OF_A_ROW ? 1 : 0.4) + (strided ? streamed : 0);
    }

    private double loads(Schedule schedule, int pixels, int vectors) {
        int taps = plan.workload().window().kernelWidth();
        int stride = plan.workload().window().strideWidth();
        if (schedule instanceof Schedule.LanesOverGroups lanes && lanes.order() != Schedule.LanesOrder.TAPS) {
            return vectors + (double) columns(pixels, taps, stride) / taps;
        } else if (schedule instanceof Schedule.Depthwise depthwise) {
            return depthwise.order() == Schedule.DepthwiseOrder.TAPS
                    ? vectors + pixels * vectors
                    : (double) columns(pixels, taps, stride) / taps;
        }
        return pixels + vectors;
    }

    private int registersBeside(Schedule schedule, int pixels, int vectors) {
        int taps = plan.workload().window().kernelWidth();
        int stride = plan.workload().window().strideWidth();
        if (schedule instanceof Schedule.LanesOverGroups lanes) {
            return switch (lanes.order()) {
                case TAPS -> Math.min(pixels, vectors) + 1;
                // C2 loads several columns ahead.
                case COLUMNS -> taps * vectors + columns(pixels, taps, stride) / 2;
                case ROWS -> columns(pixels, taps, stride) + 1;
            };
        } else if (schedule instanceof Schedule.Depthwise depthwise) {
            int resident = taps * plan.workload().window().kernelHeight() * vectors;
            return switch (depthwise.order()) {
                case RESIDENT_COLUMNS -> Math.min(resident, schedule.width().registers()) + 1;
                // C2 loads the inputs of nearly all pixels ahead.
                case TAPS -> pixels * vectors;
            };
        }
        return vectors + 1;
    }

    private static int columns(int pixels, int taps, int stride) {
        return stride >= taps ? pixels * taps : (pixels - 1) * stride + taps;
    }

    /** Output vectors that a narrower last tile leaves less dense. */
    private double vectorWaste(Schedule schedule) {
        int channels = plan.workload().outputChannelsPerGroup();
        int wanted = Schedules.lanesAreGroups(schedule)
                ? channels
                : (channels - 1) / schedule.width().lanes() + 1;
        int tiles = (wanted - 1) / schedule.tile().vectors() + 1;
        return 1 + 0.3 * (tiles * schedule.tile().vectors() - wanted) / wanted;
    }

    /**
     * Where lanes are groups, a vector narrower than the block, and each tile of output channels, reads the band's input
     * again: it should still be in the second-level cache.
     */
    private boolean bandFits(Schedule schedule) {
        if (!Schedules.lanesAreGroups(schedule) || Schedules.takesTurns(plan, schedule)) {
            return true;
        }
        int inputRows = schedule.bandRows() * plan.workload().window().strideHeight()
                + plan.workload().window().extentHeight();
        long band = (long) inputRows * plan.input().rowPitch() * plan.workload().inputChannelsPerGroup();
        return band <= BAND_FLOATS || schedule.bandRows() == 1;
    }

    private double panelPenalty(Schedule schedule) {
        long taps = plan.workload().tapsPerOutput();
        double chunk = Schedules.tapsInChunk(plan, schedule, Math.toIntExact(taps));
        double panel = chunk * schedule.tile().vectors() * schedule.width().lanes();
        double channels = chunk / taps * plan.workload().inputChannelsPerGroup();
        double streamed = staysCached(schedule, panel + channels * inputsOfTile(schedule.tile())) ? 0 : 0.03;
        double stored = chunk == taps ? 0 : 0.04 * 64 / chunk;
        double bands = 0.002 * plan.workload().outputHeight() / schedule.bandRows() + (bandFits(schedule) ? 0 : 0.08);
        return 1 + streamed + stored + bands + conflicts(channels) + weightsReadAgain(schedule);
    }

    /** Whether a panel is in the first-level cache whenever a tile needs it, or needed by so few tiles that it never is. */
    private boolean staysCached(Schedule schedule, double floats) {
        int pixels = Schedules.rowLengths(plan, schedule.bandRows())[0];
        int tiles = pixels / schedule.tile().pixels();
        boolean flat = Schedules.flat(plan);
        return floats <= (flat && tiles <= FEW_TILES ? STREAMED_FLOATS : PANEL_FLOATS);
    }

    /** Every band streams all weights: from the last cache, where they are more than the second holds. */
    private double weightsReadAgain(Schedule schedule) {
        long weights = plan.workload().weightsShape().size();
        int height = plan.workload().outputHeight();
        double bands = Math.ceil((double) height / schedule.bandRows());
        double pixels = (double) height * plan.workload().outputWidth();
        return weights > WEIGHT_FLOATS ? 2 * CYCLES_PER_STREAMED_VECTOR * bands / pixels : 0;
    }

    /** Of one channel, in pixels; those of the tile before too where a tile has none of them in common with it. */
    private int inputsOfTile(Tile tile) {
        Window window = plan.workload().window();
        if (plan.algorithm() == Algorithm.POINTWISE) {
            return 2 * tile.pixels();
        }
        return ((tile.pixels() - 1) * window.strideWidth() + window.extentWidth()) * window.kernelHeight();
    }

    /** Where the same pixel of all blocks falls on one set of the cache, many blocks in a chunk displace each other. */
    private double conflicts(double channels) {
        BlockedLayout input = plan.input();
        boolean oneSet = (long) input.blockPitch() * Float.BYTES % CACHE_SET_BYTES == 0;
        double blocks = channels / input.block();
        return !oneSet || blocks <= 4 ? 0 : blocks <= 8 ? 0.015 : 0.06;
    }
}
