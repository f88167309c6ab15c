package dev.lanewise.kernels.conv;

import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.reference.ReferenceConvolution;
import dev.lanewise.kernels.reference.ReferenceWinograd;
import dev.lanewise.kernels.tensor.Window;
import dev.lanewise.kernels.workload.Activation;
import dev.lanewise.kernels.workload.ConvWorkload;
import dev.lanewise.kernels.workload.Epilogue;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.BiFunction;

/** Prints a digest of the results of random convolutions, computed as this JVM computes them. */
final class BitsOfConvolutions {

    private static final int CONVOLUTIONS = 8;

    private BitsOfConvolutions() {}

    public static void main(String[] arguments) {
        Optional<VectorWidth> width = VectorWidth.preferred();
        System.out.println(
                digest(Long.parseLong(arguments[0]), (random, algorithm) -> compute(random, algorithm, width)));
    }

    /** What every JVM should print. */
    static String reference(long firstSeed) {
        return digest(firstSeed, (random, algorithm) -> {
            boolean winograd = algorithm == Algorithm.WINOGRAD;
            return winograd
                    ? ReferenceWinograd.convolve(
                            random.workload(), random.parameters(), random.input(), random.residual())
                    : ReferenceConvolution.convolve(
                            random.workload(), random.parameters(), random.input(), random.residual());
        });
    }

    private static float[] compute(RandomConvolution random, Algorithm algorithm, Optional<VectorWidth> width) {
        ConvPlan plan =
                algorithm == Algorithm.WINOGRAD ? ConvPlan.winograd(random.workload()) : ConvPlan.of(random.workload());
        if (width.isEmpty()) {
            return random.run(Convolution.scalar(plan, random.parameters()), 1);
        }
        List<Schedule> schedules = Schedules.legal(plan, width.get());
        Schedule schedule = schedules.get(new Random(random.seed()).nextInt(schedules.size()));
        return random.run(Convolution.of(plan, random.parameters(), schedule), 1);
    }

    private static String digest(long firstSeed, BiFunction<RandomConvolution, Algorithm, float[]> results) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (long seed = firstSeed; seed < firstSeed + CONVOLUTIONS; seed++) {
                RandomConvolution random = RandomConvolution.of(seed);
                update(digest, results.apply(random, ConvPlan.algorithm(random.workload())));
            }
            ConvWorkload tiles = new ConvWorkload(1, 36, 10, 9, 32, 1, Window.square(3, 1, 1))
                    .with(new Epilogue(true, true, new Activation.Silu()));
            update(digest, results.apply(RandomConvolution.of(firstSeed, tiles), Algorithm.WINOGRAD));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void update(MessageDigest digest, float[] result) {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * result.length);
        for (float value : result) {
            bytes.putInt(Float.floatToIntBits(value));
        }
        digest.update(bytes.array());
    }
}
