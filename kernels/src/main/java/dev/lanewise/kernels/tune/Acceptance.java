package dev.lanewise.kernels.tune;

import dev.lanewise.kernels.codegen.AllocatedBytes;
import dev.lanewise.kernels.codegen.Patience;
import dev.lanewise.kernels.conv.Algorithm;
import dev.lanewise.kernels.conv.ConvPlan;
import dev.lanewise.kernels.conv.Convolution;
import dev.lanewise.kernels.reference.ReferenceActivation;
import dev.lanewise.kernels.tensor.Window;
import dev.lanewise.kernels.workload.ConvParameters;
import dev.lanewise.kernels.workload.ConvWorkload;
import java.util.Optional;
import java.util.Random;

/**
 * Whether a convolution does what it should: elements of its output equal the scalar sum bit for bit, it allocates nothing
 * once it is warm (C2 sometimes gives up on keeping vectors in registers, and boxes every one of them), and it runs about
 * as fast as the log says.
 */
final class Acceptance {

    /** Elements of the output that are computed again: more than any tile has accumulators. */
    private static final int PROBES = 32;

    /** A thread's own bookkeeping in a run: a row of arguments, far below one box for each vector. */
    private static final long ALLOWED_BYTES = 1024;

    private static final int WARM_RUNS = 2;
    private static final long WARM_UP = 1_500_000_000L;

    /**
     * Times the logged time: neighbours on the same machine are allowed, a kernel that C2 has spilled, which takes twice as
     * long, is not. To compile one anew costs more at start than a somewhat slower one ever does.
     */
    private static final double ALLOWED_SLOWDOWN = 1.6;

    private static final int TIMED_RUNS = 15;
    private static final long TIMED = 50_000_000L;

    private final Trial trial;
    private final ConvPlan plan;

    Acceptance(ConvPlan plan, ConvParameters parameters) {
        this.plan = plan;
        this.trial = new Trial(plan, parameters);
    }

    /** What is wrong with a convolution of these parameters, besides its speed; empty if nothing is. */
    Optional<String> objection(Convolution convolution) {
        convolution.warmUp();
        long start = System.nanoTime();
        long most = Patience.stretched(WARM_UP);
        long allocated = Long.MAX_VALUE;
        int clean = 0;
        while (clean < WARM_RUNS && System.nanoTime() - start < most) {
            long before = AllocatedBytes.ofThisThread();
            trial.run(convolution);
            allocated = AllocatedBytes.ofThisThread() - before;
            clean = allocated <= ALLOWED_BYTES ? clean + 1 : 0;
        }
        if (clean < WARM_RUNS) {
            return Optional.of("it allocates " + allocated + " bytes a run");
        }
        return wrongElement();
    }

    /** That a convolution is far slower than its log says; empty if it is not. */
    Optional<String> slowness(Convolution convolution, double loggedMicroseconds) {
        double best = bestMicroseconds(convolution, ALLOWED_SLOWDOWN * loggedMicroseconds);
        return best > ALLOWED_SLOWDOWN * loggedMicroseconds
                ? Optional.of(String.format("it takes %.0f us where the log says %.0f", best, loggedMicroseconds))
                : Optional.empty();
    }

    /** Tries for some time to be as fast as this. */
    private double bestMicroseconds(Convolution convolution, double enough) {
        double best = Double.MAX_VALUE;
        long start = System.nanoTime();
        for (int run = 0; best > enough && (run < TIMED_RUNS || System.nanoTime() - start < TIMED); run++) {
            long before = System.nanoTime();
            trial.run(convolution);
            best = Math.min(best, (System.nanoTime() - before) / 1e3);
        }
        return best;
    }

    private Optional<String> wrongElement() {
        Random random = new Random(2);
        ConvWorkload workload = plan.workload();
        int width = workload.outputWidth();
        int firstColumn = random.nextInt(width);
        for (int probe = 0; probe < PROBES; probe++) {
            int image = random.nextInt(workload.batch());
            int channel = random.nextInt(workload.outputChannels());
            // The corners first: padding and narrow tiles are there. Then neighbours, so that each is another's
            // accumulator.
            int row = probe < 4 ? probe / 2 * (workload.outputHeight() - 1) : random.nextInt(workload.outputHeight());
            int column = probe < 4 ? probe % 2 * (width - 1) : (firstColumn + probe) % width;
            float expected = element(image, channel, row, column);
            float actual = trial.output(image, channel, row, column);
            if (Float.floatToIntBits(expected) != Float.floatToIntBits(actual)) {
                return Optional.of("its output [" + image + ", " + channel + ", " + row + ", " + column + "] is "
                        + actual + " where the reference has " + expected);
            }
        }
        return Optional.empty();
    }

    /**
     * One element of the output, in the order of {@link dev.lanewise.kernels.reference.ReferenceConvolution}, or of {@link
     * dev.lanewise.kernels.reference.ReferenceWinograd}, where bias and residual are added to the sum.
     */
    private float element(int image, int channel, int row, int column) {
        float[] biases = trial.parameters().bias();
        boolean residual = plan.workload().epilogue().residual();
        float bias = biases == null ? 0 : biases[channel];
        float addend = residual ? trial.residual(image, channel, row, column) : 0;
        float sum;
        if (plan.algorithm() == Algorithm.WINOGRAD) {
            sum = WinogradProbe.sum(trial, image, channel, row, column) + bias;
            sum = residual ? sum + addend : sum;
        } else {
            sum = directSum(residual ? bias + addend : bias, image, channel, row, column);
        }
        return ReferenceActivation.apply(plan.workload().epilogue().activation(), sum);
    }

    private float directSum(float start, int image, int channel, int row, int column) {
        ConvWorkload workload = plan.workload();
        Window window = workload.window();
        int perGroup = workload.inputChannelsPerGroup();
        int first = channel / workload.outputChannelsPerGroup() * perGroup;
        float sum = start;
        int chunk = workload.summationChunk();
        for (int from = 0; from < perGroup; from += chunk) {
            for (int kh = 0; kh < window.kernelHeight(); kh++) {
                for (int kw = 0; kw < window.kernelWidth(); kw++) {
                    for (int i = from; i < Math.min(from + chunk, perGroup); i++) {
                        int y = row * window.strideHeight() + kh * window.dilationHeight() - window.padTop();
                        int x = column * window.strideWidth() + kw * window.dilationWidth() - window.padLeft();
                        float weight = trial.parameters()
                                .weights()[
                                ((channel * perGroup + i) * window.kernelHeight() + kh) * window.kernelWidth() + kw];
                        sum = Math.fma(trial.seen(image, first + i, y, x), weight, sum);
                    }
                }
            }
        }
        return sum;
    }
}
