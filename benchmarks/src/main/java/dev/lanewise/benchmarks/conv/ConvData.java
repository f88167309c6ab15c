package dev.lanewise.benchmarks.conv;

import dev.lanewise.kernels.workload.ConvParameters;
import dev.lanewise.kernels.workload.ConvWorkload;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Seeded numbers for a workload, scaled so that the values keep their size however often its output is its input.
 *
 * @param input NCHW
 * @param residual NCHW, where the epilogue has one
 */
public record ConvData(ConvParameters parameters, float[] input, float @Nullable [] residual) {

    public static ConvData of(ConvWorkload workload, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        // As networks are initialised before training: half of the variance is lost in a Relu.
        double deviation = Math.sqrt(2.0 / workload.tapsPerOutput());
        float[] weights = gaussian(random, workload.weightsShape().size(), deviation);
        float[] bias = gaussian(random, workload.outputChannels(), 0.1);
        float[] input = gaussian(random, workload.inputShape().size(), 1);
        float[] residual = workload.epilogue().residual()
                ? gaussian(random, workload.outputShape().size(), 1)
                : null;
        return new ConvData(new ConvParameters(weights, workload.epilogue().bias() ? bias : null), input, residual);
    }

    private static float[] gaussian(SplittableRandom random, int count, double deviation) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (deviation * random.nextGaussian());
        }
        return values;
    }
}
