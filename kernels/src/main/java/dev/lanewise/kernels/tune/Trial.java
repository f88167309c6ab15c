package dev.lanewise.kernels.tune;

import dev.lanewise.kernels.conv.ConvPlan;
import dev.lanewise.kernels.conv.Convolution;
import dev.lanewise.kernels.parallel.WorkerPool;
import dev.lanewise.kernels.reference.ReferenceActivation;
import dev.lanewise.kernels.tensor.BlockedLayout;
import dev.lanewise.kernels.workload.ConvParameters;
import dev.lanewise.kernels.workload.ConvWorkload;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Operands to try a plan's convolutions with: numbers around zero, the same for every schedule. */
final class Trial {

    /** A humongous array of G1 begins 16 bytes into a region; this much later every vector is aligned. */
    private static final int ALIGNMENT = 12;

    /** Random numbers, repeated after so many: no divisor of anything that a layout repeats itself after. */
    private static final float[] NUMBERS = new float[4099];

    static {
        Random random = new Random(1);
        for (int i = 0; i < NUMBERS.length; i++) {
            NUMBERS[i] = random.nextFloat() - 0.5f;
        }
    }

    private final ConvPlan plan;
    private final ConvParameters parameters;
    private final float[] input;
    private final float @Nullable [] residual;
    private final float[] output;
    private final WorkerPool pool = new WorkerPool(1);

    /** With parameters of its own. */
    Trial(ConvPlan plan) {
        this(plan, parametersFor(plan.workload()));
    }

    Trial(ConvPlan plan, ConvParameters parameters) {
        this.plan = plan;
        this.parameters = parameters;
        input = tensor(plan.input(), 0);
        residual = plan.workload().epilogue().residual() ? tensor(plan.output(), 1) : null;
        output = new float[ALIGNMENT + plan.output().size()];
    }

    private static ConvParameters parametersFor(ConvWorkload workload) {
        boolean affine = workload.prologue().affine();
        return new ConvParameters(
                numbers(workload.weightsShape().size(), 2),
                workload.epilogue().bias() ? numbers(workload.outputChannels(), 3) : null,
                affine ? numbers(workload.inputChannels(), 4) : null,
                affine ? numbers(workload.inputChannels(), 5) : null);
    }

    private static float[] tensor(BlockedLayout layout, int seed) {
        float[] data = numbers(ALIGNMENT + layout.size(), seed);
        layout.clearPadding(data, ALIGNMENT);
        return data;
    }

    private static float[] numbers(int count, int seed) {
        float[] numbers = new float[count];
        int from = seed * 701 % NUMBERS.length;
        for (int done = 0; done < count; from = 0) {
            int length = Math.min(NUMBERS.length - from, count - done);
            System.arraycopy(NUMBERS, from, numbers, done, length);
            done += length;
        }
        return numbers;
    }

    ConvPlan plan() {
        return plan;
    }

    ConvParameters parameters() {
        return parameters;
    }

    /** An element of the input after the prologue, or of the zeros around it. */
    float seen(int image, int channel, int row, int column) {
        BlockedLayout layout = plan.input();
        if (row < 0 || column < 0 || row >= layout.height() || column >= layout.width()) {
            return 0;
        }
        float x = input[ALIGNMENT + layout.offsetOfChannel(image, channel, row, column)];
        float[] scale = parameters.scale();
        float[] shift = parameters.shift();
        float affine = scale == null || shift == null ? x : Math.fma(x, scale[channel], shift[channel]);
        return ReferenceActivation.apply(plan.workload().prologue().activation(), affine);
    }

    /** An element of the residual; there must be one. */
    float residual(int image, int channel, int row, int column) {
        return Objects.requireNonNull(residual)[ALIGNMENT + plan.output().offsetOfChannel(image, channel, row, column)];
    }

    /** The output of the last run, which the next one replaces. */
    float[] output() {
        return output;
    }

    /** An element of the last run's output. */
    float output(int image, int channel, int row, int column) {
        return output[ALIGNMENT + plan.output().offsetOfChannel(image, channel, row, column)];
    }

    void run(Convolution convolution) {
        convolution.run(input, ALIGNMENT, residual, ALIGNMENT, output, ALIGNMENT, pool);
    }
}
