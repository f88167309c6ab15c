package dev.lanewise.kernels.conv;

import dev.lanewise.kernels.parallel.WorkerPool;
import dev.lanewise.kernels.tensor.BlockedLayout;
import dev.lanewise.kernels.tensor.Window;
import dev.lanewise.kernels.workload.Activation;
import dev.lanewise.kernels.workload.ConvParameters;
import dev.lanewise.kernels.workload.ConvWorkload;
import dev.lanewise.kernels.workload.Epilogue;
import dev.lanewise.kernels.workload.Prologue;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A convolution drawn from a seed, with its operands in logical order. */
record RandomConvolution(
        long seed, ConvWorkload workload, ConvParameters parameters, float[] input, float @Nullable [] residual) {

    /** Vectors wider than the CPU's are computed lane by lane, so a larger convolution takes a second. */
    private static final long MOST_MULTIPLY_ADDS = 10_000_000;

    private static final List<Activation> ACTIVATIONS = List.of(
            new Activation.None(),
            new Activation.Relu(),
            new Activation.LeakyRelu(0.1f),
            new Activation.Clip(0, 6),
            new Activation.Clip(-0.5f, 0.75f),
            new Activation.HardSigmoid(0.2f, 0.5f),
            new Activation.HardSwish(),
            new Activation.Sigmoid(),
            new Activation.Silu());

    /** Of any kind. */
    static RandomConvolution of(long seed) {
        Random random = new Random(seed);
        while (true) {
            Optional<ConvWorkload> plain = draw(random);
            if (plain.isPresent() && plain.get().multiplyAdds() < MOST_MULTIPLY_ADDS) {
                return fill(seed, random, plain.get());
            }
        }
    }

    /** Empty where the window does not fit the image. */
    private static Optional<ConvWorkload> draw(Random random) {
        int perGroupIn = pick(random, 1, 1, 2, 3, 4, 5, 7, 8, 11, 16, 17, 20, 33, 67);
        int groups = perGroupIn > 16 ? pick(random, 1, 1, 2, 3) : pick(random, 1, 2, 3, 4, 7, 8, 9, 13, 16, 17, 25, 32);
        int perGroupOut = pick(random, 1, perGroupIn, perGroupIn, 2, 3, 5, 8, 16, 19, 35);
        Window window = window(random);
        int height = 1 + random.nextInt(33);
        int width = 1 + random.nextInt(33);
        if (window.extentHeight() > height + window.padTop() + window.padBottom()
                || window.extentWidth() > width + window.padLeft() + window.padRight()) {
            return Optional.empty();
        }
        return Optional.of(new ConvWorkload(
                1 + random.nextInt(2), groups * perGroupIn, height, width, groups * perGroupOut, groups, window));
    }

    private static Window window(Random random) {
        if (random.nextInt(4) == 0) {
            int stride = 1 + random.nextInt(2);
            return new Window(1, 1, stride, stride, 1, 1, 0, 0, 0, 0);
        }
        int kernelHeight = pick(random, 1, 2, 3, 3, 3, 5, 7);
        int kernelWidth = random.nextInt(3) == 0 ? pick(random, 1, 3, 4, 7) : kernelHeight;
        int stride = 1 + random.nextInt(3);
        int strideWidth = random.nextInt(4) == 0 ? 1 + random.nextInt(3) : stride;
        return new Window(
                kernelHeight,
                kernelWidth,
                stride,
                strideWidth,
                1 + random.nextInt(2),
                1 + random.nextInt(2),
                random.nextInt(kernelHeight + 1),
                random.nextInt(kernelWidth + 1),
                random.nextInt(kernelHeight + 1),
                random.nextInt(kernelWidth + 1));
    }

    private static RandomConvolution fill(long seed, Random random, ConvWorkload plain) {
        Activation activation = ACTIVATIONS.get(random.nextInt(ACTIVATIONS.size()));
        Epilogue epilogue = new Epilogue(random.nextInt(4) > 0, random.nextInt(3) == 0, activation);
        Prologue prologue = random.nextInt(4) > 0
                ? Prologue.NONE
                : new Prologue(random.nextBoolean(), ACTIVATIONS.get(random.nextInt(ACTIVATIONS.size())));
        return of(seed, random, plain.with(epilogue).with(prologue));
    }

    /** Of a given workload. */
    static RandomConvolution of(long seed, ConvWorkload workload) {
        return of(seed, new Random(seed), workload);
    }

    private static RandomConvolution of(long seed, Random random, ConvWorkload workload) {
        Epilogue epilogue = workload.epilogue();
        boolean affine = workload.prologue().affine();
        ConvParameters parameters = new ConvParameters(
                numbers(random, workload.weightsShape().size()),
                epilogue.bias() ? numbers(random, workload.outputChannels()) : null,
                affine ? numbers(random, workload.inputChannels()) : null,
                affine ? numbers(random, workload.inputChannels()) : null);
        return new RandomConvolution(
                seed,
                workload,
                parameters,
                numbers(random, workload.inputShape().size()),
                epilogue.residual() ? numbers(random, workload.outputShape().size()) : null);
    }

    private static float[] numbers(Random random, int count) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = random.nextInt(50) == 0 ? 0 : (float) random.nextGaussian();
        }
        return numbers;
    }

    private static int pick(Random random, int... choices) {
        return choices[random.nextInt(choices.length)];
    }

    /** A tensor in a layout's order, with rubbish in empty slots and zeros in the padding. */
    static float[] pack(BlockedLayout layout, float[] logical) {
        float[] blocked = new float[layout.size()];
        for (int i = 0; i < blocked.length; i++) {
            blocked[i] = Float.NaN;
        }
        layout.clearPadding(blocked, 0);
        int index = 0;
        for (int image = 0; image < layout.batch(); image++) {
            for (int channel = 0; channel < layout.order().channels(); channel++) {
                for (int row = 0; row < layout.height(); row++) {
                    for (int column = 0; column < layout.width(); column++) {
                        blocked[layout.offsetOfChannel(image, channel, row, column)] = logical[index++];
                    }
                }
            }
        }
        return blocked;
    }

    /** What a convolution makes of the operands, in logical order. */
    float[] run(Convolution convolution, int threads) {
        BlockedLayout output = convolution.plan().output();
        float[] blocked = new float[output.size()];
        try (WorkerPool pool = new WorkerPool(threads)) {
            convolution.run(
                    pack(convolution.plan().input(), input),
                    0,
                    residual == null ? null : pack(output, residual),
                    0,
                    blocked,
                    0,
                    pool);
        }
        float[] logical = new float[output.shape().size()];
        int index = 0;
        for (int image = 0; image < output.batch(); image++) {
            for (int channel = 0; channel < output.order().channels(); channel++) {
                for (int row = 0; row < output.height(); row++) {
                    for (int column = 0; column < output.width(); column++) {
                        logical[index++] = blocked[output.offsetOfChannel(image, channel, row, column)];
                    }
                }
            }
        }
        return logical;
    }

    @Override
    public String toString() {
        return "seed " + seed + ": " + workload;
    }
}
