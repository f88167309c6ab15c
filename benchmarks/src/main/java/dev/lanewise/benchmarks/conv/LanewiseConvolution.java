package dev.lanewise.benchmarks.conv;

import dev.lanewise.kernels.conv.ConvPlan;
import dev.lanewise.kernels.conv.Convolution;
import dev.lanewise.kernels.conv.Schedule;
import dev.lanewise.kernels.packing.Packing;
import dev.lanewise.kernels.parallel.WorkerPool;
import dev.lanewise.kernels.tensor.BlockedLayout;
import dev.lanewise.kernels.tensor.ChannelOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Our side: a convolution with one schedule, on blocked tensors of its own, or on NCHW with packing and unpacking. */
public final class LanewiseConvolution {

    private final Convolution convolution;
    private final ConvData data;
    private final WorkerPool pool;
    private final WorkerPool oneThread = new WorkerPool(1);
    private final BlockedTensor input;
    private final @Nullable BlockedTensor residual;
    private final BlockedTensor output;
    private final float[] unpacked;
    private final Packing packInput;
    private final Packing packResidual;
    private final Packing unpackOutput;

    private LanewiseConvolution(Convolution convolution, ConvData data, WorkerPool pool) {
        this.convolution = convolution;
        convolution.warmUp();
        this.data = data;
        this.pool = pool;
        ConvPlan plan = convolution.plan();
        input = BlockedTensor.of(plan.input());
        output = BlockedTensor.of(plan.output());
        residual = data.residual() == null ? null : BlockedTensor.of(plan.output());
        unpacked = new float[plan.workload().outputShape().size()];
        packInput = Packing.between(planar(plan.input()), plan.input());
        packResidual = Packing.between(planar(plan.output()), plan.output());
        unpackOutput = Packing.between(plan.output(), planar(plan.output()));
        packInputs();
    }

    public static LanewiseConvolution of(ConvPlan plan, ConvData data, Schedule schedule, WorkerPool pool) {
        return new LanewiseConvolution(Convolution.of(plan, data.parameters(), schedule), data, pool);
    }

    /** The names of its generated kernels. */
    List<String> kernels() {
        return convolution.kernels();
    }

    /** Convolves the blocked input into the blocked output. */
    public void run() {
        run(pool);
    }

    /** The same on one thread, however many the pool has. */
    void runOnOneThread() {
        run(oneThread);
    }

    private void run(WorkerPool threads) {
        convolution.run(
                input.data(),
                input.base(),
                residual == null ? null : residual.data(),
                residual == null ? 0 : residual.base(),
                output.data(),
                output.base(),
                threads);
    }

    /** Packs the input, and the residual if there is one, convolves, and unpacks the output. */
    public void runPacked() {
        packInputs();
        run();
        pack(unpackOutput, output.data(), output.base(), unpacked, 0);
    }

    /** What the last run wrote, NCHW. */
    public float[] output() {
        pack(unpackOutput, output.data(), output.base(), unpacked, 0);
        return unpacked.clone();
    }

    /** What the last packed run wrote. */
    public float[] packedOutput() {
        return unpacked.clone();
    }

    private void packInputs() {
        pack(packInput, data.input(), 0, input.data(), input.base());
        float[] planes = data.residual();
        if (residual != null && planes != null) {
            pack(packResidual, planes, 0, residual.data(), residual.base());
        }
    }

    private void pack(Packing packing, float[] in, int inBase, float[] out, int outBase) {
        int threads = pool.threads();
        if (threads == 1) {
            packing.run(in, inBase, out, outBase);
            return;
        }
        int blocks = packing.blocks();
        pool.map(threads, thread -> {
            packing.run(in, inBase, out, outBase, blocks * thread / threads, blocks * (thread + 1) / threads);
            return thread;
        });
    }

    private static BlockedLayout planar(BlockedLayout layout) {
        ChannelOrder order = ChannelOrder.contiguous(layout.order().channels(), 1);
        return BlockedLayout.of(layout.batch(), order, layout.height(), layout.width());
    }
}
