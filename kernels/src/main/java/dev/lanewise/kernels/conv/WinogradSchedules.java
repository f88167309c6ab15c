package dev.lanewise.kernels.conv;

import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.conv.Schedule.BroadcastOrder;
import dev.lanewise.kernels.reference.ReferenceWinograd;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Which schedules a plan of Winograd has. */
final class WinogradSchedules {

    private static final int MOST_PIXELS = 12;
    private static final int MOST_VECTORS = 4;

    /** Input channels in a chunk that candidates try. */
    private static final int[] CHUNKS = {64, 128, 256};

    /** Parts that candidates divide the rows of tiles into. */
    private static final int[] PARTS = {1, 2, 4, 7, 14};

    /** Of a band's transformed patches, what candidates may fill: 32 MB. */
    private static final long MOST_FLOATS = 8 << 20;

    private WinogradSchedules() {}

    static List<Schedule> legal(ConvPlan plan, VectorWidth widest) {
        VectorWidth width = widest.atMost(plan.output().block());
        List<Schedule> schedules = new ArrayList<>();
        for (int bandRows : bands(plan)) {
            for (int vectors = 1; vectors <= MOST_VECTORS; vectors++) {
                for (int pixels = 1; pixels <= MOST_PIXELS; pixels++) {
                    Tile tile = new Tile(pixels, vectors);
                    if (tile.accumulators() > width.registers() - 3 || !fits(plan, width, tile, bandRows)) {
                        continue;
                    }
                    for (BroadcastOrder order : BroadcastOrder.values()) {
                        for (int chunk : chunks(plan.workload().inputChannelsPerGroup())) {
                            schedules.add(new Schedule.Winograd(width, tile, order, chunk, bandRows));
                        }
                    }
                }
            }
        }
        return schedules;
    }

    /** What is wrong with a schedule, apart from what all schedules must satisfy. */
    static Optional<String> objection(ConvPlan plan, Schedule.Winograd schedule) {
        int all = WinogradGrid.of(plan.workload()).rows() * ReferenceWinograd.TILE;
        int rows = schedule.bandRows();
        if (rows < 1 || rows > all || rows % ReferenceWinograd.TILE != 0) {
            return Optional.of("bands of " + rows + " rows, but rows of tiles have " + ReferenceWinograd.TILE
                    + " and end with row " + all);
        }
        if (schedule.taps() < 1) {
            return Optional.of("chunks of " + schedule.taps() + " taps");
        }
        if (!fits(plan, schedule.width(), schedule.tile(), rows)) {
            return Optional.of("tiles of " + schedule.tile() + " do not divide its bands and blocks");
        }
        return Optional.empty();
    }

    /** In rows of output. */
    private static Set<Integer> bands(ConvPlan plan) {
        WinogradGrid grid = WinogradGrid.of(plan.workload());
        long floatsOfRow = (long) ReferenceWinograd.FREQUENCIES
                * grid.columns()
                * plan.input().order().slots();
        int most = (int) Math.max(1, MOST_FLOATS / floatsOfRow);
        Set<Integer> bands = new TreeSet<>();
        for (int parts : PARTS) {
            int rows = Math.min(most, (grid.rows() - 1) / parts + 1);
            bands.add(rows * ReferenceWinograd.TILE);
        }
        return bands;
    }

    private static boolean fits(ConvPlan plan, VectorWidth width, Tile tile, int bandRows) {
        for (int tiles : WinogradGrid.of(plan.workload()).bandTiles(bandRows / ReferenceWinograd.TILE)) {
            if (tile.pixels() > tiles) {
                return false;
            }
        }
        int inBlock = plan.output().block() / width.lanes();
        int wanted = (plan.workload().outputChannelsPerGroup() - 1) / width.lanes() + 1;
        boolean wholeBlocks = tile.vectors() % inBlock == 0 || inBlock % tile.vectors() == 0;
        return wholeBlocks && tile.vectors() <= wanted;
    }

    private static Set<Integer> chunks(int channels) {
        Set<Integer> chunks = new TreeSet<>();
        chunks.add(channels);
        for (int chunk : CHUNKS) {
            if (2 * chunk <= channels) {
                chunks.add(chunk);
            }
        }
        return chunks;
    }
}
