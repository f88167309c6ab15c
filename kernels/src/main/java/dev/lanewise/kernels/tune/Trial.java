package dev.lanewise.kernels.tune;

import dev.lanewise.kernels.conv.ConvPlan;
import dev.lanewise.kernels.conv.Convolution;
import dev.lanewise.kernels.parallel.WorkerPool;
import dev.lanewise.kernels.reference.ReferenceActivation;
import dev.lanewise.kernels.tensor.BlockedLayout;
import dev.lanewise.kernels.workload.ConvParameters;
import dev.lanewise.kernels.workload.ConvWorkload;
import dev.lanewise.kernels.workload.Prologue;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Operands to try a plan's convolutions with: numbers around zero, the same for every schedule. */
final class Trial {

    /** A humongous array of G1 begins 16 bytes into a region; this much later every vector is aligned. */
    private static final int ALIGNMENT = 12;

    private final ConvParameters parameters;
    private final float[] input;
    private final float[] seen;
    private final float @Nullable [] residual;
    private final float[] output;
    private final WorkerPool pool = new WorkerPool(1);

    Trial(ConvPlan plan) {
        ConvWorkload workload = plan.workload();
        Random random = new Random(1);
        boolean affine = workload.prologue().affine();
        parameters = new ConvParameters(
                numbers(random, 0, workload.weightsShape().size()),
                workload.epilogue().bias() ? numbers(random, 0, workload.outputChannels()) : null,
                affine ? numbers(random, 0, workload.inputChannels()) : null,
                affine ? numbers(random, 0, workload.inputChannels()) : null);
        input = tensor(random, plan.input());
        seen = seen(plan, parameters, input);
        residual = workload.epilogue().residual() ? tensor(random, plan.output()) : null;
        output = new float[ALIGNMENT + plan.output().size()];
    }

    private static float[] tensor(Random random, BlockedLayout layout) {
        float[] data = numbers(random, ALIGNMENT, layout.size());
        layout.clearPadding(data, ALIGNMENT);
        return data;
    }

    private static float[] seen(ConvPlan plan, ConvParameters parameters, float[] input) {
        Prologue prologue = plan.workload().prologue();
        float[] scale = parameters.scale();
        float[] shift = parameters.shift();
        float[] seen = input.clone();
        BlockedLayout layout = plan.input();
        for (int pixel = 0; pixel < layout.shape().size(); pixel++) {
            int column = pixel % layout.width();
            int row = pixel / layout.width() % layout.height();
            int plane = pixel / layout.width() / layout.height();
            int channel = plane % layout.order().channels();
            int index =
                    ALIGNMENT + layout.offsetOfChannel(plane / layout.order().channels(), channel, row, column);
            float x = input[index];
            float affine = scale == null || shift == null ? x : Math.fma(x, scale[channel], shift[channel]);
            seen[index] = ReferenceActivation.apply(prologue.activation(), affine);
        }
        return seen;
    }

    private static float[] numbers(Random random, int from, int count) {
        float[] numbers = new float[from + count];
        for (int i = from; i < numbers.length; i++) {
            numbers[i] = random.nextFloat() - 0.5f;
        }
        return numbers;
    }

    ConvParameters parameters() {
        return parameters;
    }

    /** The input after the prologue. */
    float[] seen() {
        return seen;
    }

    float @Nullable [] residual() {
        return residual;
    }

    /** The output of the last run; the tensor begins at {@link #base}. */
    float[] output() {
        return output;
    }

    int base() {
        return ALIGNMENT;
    }

    void run(Convolution convolution) {
        convolution.run(input, ALIGNMENT, residual, ALIGNMENT, output, ALIGNMENT, pool);
    }
}
