package dev.lanewise.kernels.conv;

import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.reference.ReferenceWinograd;
import dev.lanewise.kernels.tensor.ChannelOrder;
import dev.lanewise.kernels.workload.Activation;
import dev.lanewise.kernels.workload.ConvWorkload;
import java.util.ArrayList;
import java.util.List;

/**
 * All of Winograd that follows from a schedule without any weights.
 *
 * @param units the output vectors that are computed together
 * @param taps of each group, where the input channels are in the transformed patches; the table that the products read
 * @param tapsPerEntry input channels for each entry of a table
 * @param products of each unit
 * @param outputs of each unit
 */
record WinogradKernels(
        List<OutputVectors> units,
        int[][] taps,
        int tapsPerEntry,
        TileRowKernel input,
        List<RowKernels> products,
        List<TileRowKernel> outputs) {

    static WinogradKernels of(ConvPlan plan, Schedule.Winograd schedule, int revision) {
        WinogradGrid grid = WinogradGrid.of(plan.workload());
        int lanes = schedule.width().lanes();
        List<OutputVectors> units = OutputVectors.overChannels(
                plan.workload(), plan.output().order(), lanes, schedule.tile().vectors());
        int bandRows = schedule.bandRows() / ReferenceWinograd.TILE;
        int[] lengths = grid.bandTiles(bandRows);
        int[][] tables =
                tapsOfGroups(plan, bandRows * grid.columns() * plan.input().block());
        int chunk = Math.min(schedule.taps(), plan.workload().inputChannelsPerGroup());
        TapStep step = Schedules.step(plan, schedule, tables, chunk);
        int[][] taps = step.tables(tables);
        TileSplit split = TileSplit.of(schedule.tile().pixels(), lengths);
        List<RowKernels> products = new ArrayList<>();
        List<TileRowKernel> outputs = new ArrayList<>();
        for (OutputVectors unit : units) {
            products.add(RowKernels.of(
                    split, lengths, pixels -> product(plan, schedule, pixels, unit.vectors(), step, revision)));
            outputs.add(output(plan, schedule.width(), unit.vectors() * lanes, revision));
        }
        VectorWidth inputWidth = inputWidth(plan, schedule);
        TileRowKernel input = new WinogradInputTemplate(inputWidth, plan.input().block(), revision).kernel();
        return new WinogradKernels(units, taps, tables[0].length / taps[0].length, input, products, outputs);
    }

    /** Of the vectors of input channels that are transformed together. */
    static VectorWidth inputWidth(ConvPlan plan, Schedule.Winograd schedule) {
        return schedule.width().atMost(plan.input().block());
    }

    private static BandKernel product(
            ConvPlan plan, Schedule.Winograd schedule, int pixels, int vectors, TapStep step, int revision) {
        TileShape shape = new TileShape(
                schedule.width(),
                pixels,
                vectors,
                1,
                plan.input().block(),
                vectors * schedule.width().lanes(),
                vectors,
                false,
                false,
                false,
                new Activation.None(),
                revision);
        return new BroadcastTemplate(shape, schedule.order(), step).kernel();
    }

    private static TileRowKernel output(ConvPlan plan, VectorWidth width, int tile, int revision) {
        return new WinogradOutputTemplate(
                        width,
                        tile,
                        plan.output().block(),
                        plan.workload().epilogue().residual(),
                        plan.workload().epilogue().activation(),
                        revision)
                .kernel();
    }

    /** Where each input channel of each group is in the transformed patches, seen from the tile in block 0. */
    private static int[][] tapsOfGroups(ConvPlan plan, int blockPitch) {
        ConvWorkload workload = plan.workload();
        ChannelOrder order = plan.input().order();
        int[][] tables = new int[workload.groups()][workload.inputChannelsPerGroup()];
        for (int channel = 0; channel < workload.inputChannels(); channel++) {
            int slot = order.slot(channel);
            tables[channel / workload.inputChannelsPerGroup()][channel % workload.inputChannelsPerGroup()] =
                    slot / order.block() * blockPitch + slot % order.block();
        }
        return tables;
    }
}
