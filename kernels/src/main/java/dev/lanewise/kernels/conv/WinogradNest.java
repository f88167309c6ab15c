package dev.lanewise.kernels.conv;

import dev.lanewise.kernels.codegen.WarmUp;
import dev.lanewise.kernels.parallel.WorkerPool;
import dev.lanewise.kernels.reference.ReferenceWinograd;
import dev.lanewise.kernels.tensor.Arena;
import dev.lanewise.kernels.tensor.BlockedLayout;
import dev.lanewise.kernels.tensor.ChannelOrder;
import dev.lanewise.kernels.workload.ConvParameters;
import dev.lanewise.kernels.workload.ConvWorkload;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The loops of Winograd: for every band of tiles, all patches are transformed, {@code [frequency][block][tile][lane]}; then
 * for every run of output vectors, 36 matrix products, whose results are turned into outputs while they are in the cache.
 * The products' kernels are those of the direct convolution, with tiles for pixels. A band's weights are streamed once.
 *
 * <p>Threads share a band: first its patches, then its output vectors.
 */
final class WinogradNest implements Nest {

    private final ConvPlan plan;
    private final Schedule.Winograd schedule;
    private final WinogradGrid grid;
    private final List<OutputVectors> units;
    private final WinogradWeights weights;
    private final float[] bias;
    /** Where the products start from. */
    private final float[] zeros;
    /** Of each group. */
    private final int[][] taps;

    private final TileRowKernel inputKernel;
    /** Of each unit. */
    private final List<RowKernels> products;

    /** Of each unit. */
    private final List<TileRowKernel> outputKernels;

    private final int inputLanes;
    private final int bandRows;
    private final int tilePitch;
    private final int tapsPerEntry;
    private final int chunk;
    /** Floats from a frequency of the transformed patches to the next. */
    private final int patchPitch;

    WinogradNest(ConvPlan plan, Schedule.Winograd schedule, ConvParameters parameters, int revision) {
        ConvWorkload workload = plan.workload();
        ChannelOrder order = plan.output().order();
        int lanes = schedule.width().lanes();
        WinogradKernels kernels = WinogradKernels.of(plan, schedule, revision);
        this.plan = plan;
        this.schedule = schedule;
        grid = WinogradGrid.of(workload);
        units = kernels.units();
        weights = WinogradWeights.pack(workload, order, units, lanes, parameters.weights());
        bias = PackedWeights.bySlot(order, parameters.bias());
        zeros = new float[schedule.tile().accumulators() * lanes];
        inputLanes = WinogradKernels.inputWidth(plan, schedule).lanes();
        bandRows = schedule.bandRows() / ReferenceWinograd.TILE;
        tilePitch = bandRows * grid.columns() * plan.input().block();
        patchPitch = apart(plan.input().order().blocks() * tilePitch);
        taps = kernels.taps();
        tapsPerEntry = kernels.tapsPerEntry();
        chunk = Math.min(schedule.taps(), workload.inputChannelsPerGroup()) / tapsPerEntry;
        inputKernel = kernels.input();
        products = kernels.products();
        outputKernels = kernels.outputs();
    }

    /** Frequencies a power of two apart would fall on the same few cache lines. */
    private static int apart(int floats) {
        return floats + Arena.ALIGNMENT;
    }

    /** Floats that a thread keeps the products of one unit in. */
    private int productFloats() {
        return ReferenceWinograd.FREQUENCIES * productPitch(schedule.tile().vectors());
    }

    private int productPitch(int vectors) {
        return apart(bandRows * grid.columns() * vectors * schedule.width().lanes());
    }

    private int bufferFloats() {
        return (28 * grid.columns() + 12)
                * Math.max(inputLanes, schedule.width().lanes());
    }

    @Override
    public List<WarmUp> warmUps() {
        Stream<WarmUp> transforms =
                Stream.concat(Stream.of(inputKernel), outputKernels.stream()).map(SmallCalls::ofTileRow);
        Stream<WarmUp> multiplications =
                products.stream().distinct().flatMap(RowKernels::kernels).map(SmallCalls::ofBand);
        return Stream.concat(transforms, multiplications).distinct().toList();
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
        int patches = Arena.aligned(ReferenceWinograd.FREQUENCIES * patchPitch);
        int each = Arena.aligned(productFloats() + bufferFloats());
        Arena scratch = ScratchArenas.SHARED.take(Math.addExact(patches, Math.multiplyExact(pool.threads(), each)));
        try {
            Call call = new Call(input, inputBase, residual, residualBase, residualLayout, output, outputBase);
            Worker[] workers = new Worker[pool.threads()];
            for (int i = 0; i < workers.length; i++) {
                workers[i] = new Worker(call, scratch, scratch.base() + patches + i * each);
            }
            for (int first = 0; first < grid.rows(); first += bandRows) {
                band(workers, pool, first, Math.min(bandRows, grid.rows() - first));
            }
        } finally {
            ScratchArenas.SHARED.giveBack(scratch);
        }
    }

    private void band(Worker[] workers, WorkerPool pool, int first, int rows) {
        int patches = rows * plan.input().order().slots() / inputLanes;
        if (workers.length == 1) {
            // Without the objects that it takes to share work: warm runs allocate next to nothing.
            for (int patch = 0; patch < patches; patch++) {
                workers[0].transform(patch, first);
            }
            for (int unit = 0; unit < units.size(); unit++) {
                workers[0].compute(unit, first, rows);
            }
        } else {
            share(pool, patches, (worker, patch) -> workers[worker].transform(patch, first));
            share(pool, units.size(), (worker, unit) -> workers[worker].compute(unit, first, rows));
        }
    }

    private interface Work {
        void item(int worker, int item);
    }

    /** Items 0 to {@code items - 1}; every worker takes the next one until there is none. */
    private static void share(WorkerPool pool, int items, Work work) {
        AtomicInteger next = new AtomicInteger();
        pool.map(Math.min(pool.threads(), items), worker -> {
            for (int item = next.getAndIncrement(); item < items; item = next.getAndIncrement()) {
                work.item(worker, item);
            }
            return worker;
        });
    }

    /** The tensors of one run. */
    private record Call(
            float[] input,
            int inputBase,
            float[] residual,
            int residualBase,
            @Nullable BlockedLayout residualLayout,
            float[] output,
            int outputBase) {}

    /** One thread's part in a run. */
    private final class Worker {

        private final Call call;
        private final int patchBase;
        private final int productBase;
        private final Band band = new Band();
        private final TileRow tileRow = new TileRow();

        Worker(Call call, Arena scratch, int productBase) {
            this.call = call;
            patchBase = scratch.base();
            this.productBase = productBase;
            band.input = scratch.data();
            band.weights = weights.data;
            band.rows = 1;
            band.output = scratch.data();
            tileRow.tiles = grid.columns();
            tileRow.frequencies = scratch.data();
            tileRow.buffer = scratch.data();
            tileRow.bufferOffset = productBase + productFloats();
            tileRow.bias = bias;
            tileRow.residual = call.residual();
            tileRow.columns = plan.workload().outputWidth();
        }

        /** Transforms a vector of channels of one of a band's rows of patches; the vectors of a row follow each other. */
        void transform(int index, int firstRow) {
            BlockedLayout in = plan.input();
            int vectors = in.order().slots() / inputLanes;
            int vector = index % vectors;
            int bandRow = index / vectors;
            int image = (firstRow + bandRow) / grid.imageRows();
            int imageRow = (firstRow + bandRow) % grid.imageRows();
            int block = vector * inputLanes / in.block();
            int lane = vector * inputLanes % in.block();
            int y = imageRow * ReferenceWinograd.TILE - plan.workload().window().padTop();
            int x = -plan.workload().window().padLeft();
            tileRow.image = call.input();
            tileRow.imageOffset = call.inputBase() + in.offset(image, block, y, x) + lane;
            tileRow.imagePitch = in.rowPitch();
            tileRow.frequencyOffset = patchBase + block * tilePitch + bandRow * grid.columns() * in.block() + lane;
            tileRow.frequencyPitch = patchPitch;
            inputKernel.run(tileRow);
        }

        /** Computes the outputs of one unit from a band's transformed patches. */
        void compute(int index, int firstRow, int rows) {
            OutputVectors unit = units.get(index);
            multiply(index, unit, rows * grid.columns());
            int lanes = schedule.width().lanes();
            tileRow.frequencyPitch = productPitch(unit.vectors());
            tileRow.image = call.output();
            tileRow.imagePitch = plan.output().rowPitch();
            for (int bandRow = 0; bandRow < rows; bandRow++) {
                for (int vector = 0; vector < unit.vectors(); vector++) {
                    tileRow.frequencyOffset =
                            productBase + (bandRow * grid.columns() * unit.vectors() + vector) * lanes;
                    finish(outputKernels.get(index), unit.slot() + vector * lanes, firstRow + bandRow);
                }
            }
        }

        private void multiply(int index, OutputVectors unit, int tiles) {
            RowKernels kernels = products.get(index);
            int lanes = unit.vectors() * schedule.width().lanes();
            band.taps = taps[unit.group()];
            band.pixels = tiles;
            band.weightOffset = weights.offsets[index];
            for (int frequency = 0; frequency < ReferenceWinograd.FREQUENCIES; frequency++) {
                band.inputOffset = patchBase + frequency * patchPitch;
                band.outputOffset = productBase + frequency * productPitch(unit.vectors());
                for (band.from = 0; band.from < band.taps.length; band.from += chunk) {
                    band.to = Math.min(band.from + chunk, band.taps.length);
                    boolean starts = band.from == 0;
                    band.initial = starts ? zeros : band.output;
                    band.initialOffset = starts ? 0 : band.outputOffset;
                    band.initialPixel = starts ? 0 : lanes;
                    kernels.run(band);
                    band.weightOffset += (band.to - band.from) * tapsPerEntry * lanes;
                }
            }
        }

        private void finish(TileRowKernel kernel, int slot, int tilesRow) {
            BlockedLayout out = plan.output();
            BlockedLayout residualLayout = call.residualLayout();
            int image = tilesRow / grid.imageRows();
            int y = tilesRow % grid.imageRows() * ReferenceWinograd.TILE;
            int block = slot / out.block();
            int lane = slot % out.block();
            tileRow.rows = Math.min(ReferenceWinograd.TILE, plan.workload().outputHeight() - y);
            tileRow.imageOffset = call.outputBase() + out.offset(image, block, y, 0) + lane;
            tileRow.biasOffset = slot;
            if (residualLayout != null) {
                tileRow.residualOffset = call.residualBase() + residualLayout.offset(image, block, y, 0) + lane;
                tileRow.residualPitch = residualLayout.rowPitch();
            }
            kernel.run(tileRow);
        }
    }
}
