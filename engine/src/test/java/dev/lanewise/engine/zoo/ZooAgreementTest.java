package dev.lanewise.engine.zoo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Networks at their published size compute what ONNX Runtime computes, on weights for which that means something. */
@ParameterizedClass
@EnumSource(
        value = Zoo.class,
        mode = EnumSource.Mode.EXCLUDE,
        // Four times the work of any other: the plain operators would take most of the suite's time for them.
        names = {"RESNEXT_101_32X8D", "VGG_16"})
class ZooAgreementTest {

    private static final double LEAST_DEVIATION = 0.5;
    private static final double LARGEST_DEVIATION = 2;

    /** What two images' outputs differ by, at least, relative to the largest output. */
    private static final double LEAST_CONTRAST = 0.1;

    /** Of ResNet-18: its basic blocks. */
    private static final int LEAST_BLOCKS = 8;

    /** Not among the images on which the networks were calibrated. */
    private static final FloatTensor IMAGE = Seeded.image(1009, 3, Zoo.IMAGE_SIZE, Zoo.IMAGE_SIZE);

    private static final FloatTensor OTHER_IMAGE = Seeded.image(1010, 3, Zoo.IMAGE_SIZE, Zoo.IMAGE_SIZE);

    private static @Nullable Peer last;

    private final Loaded loaded;
    private final Peer peer;

    /**
     * What ONNX Runtime computes.
     *
     * @param blocks the outputs of all blocks for {@link #IMAGE}, by name
     */
    private record Peer(Zoo zoo, Map<String, FloatTensor> blocks, FloatTensor scores, FloatTensor otherScores) {

        /** Computed once for all the tests of a network, which follow each other. */
        static synchronized Peer of(Loaded loaded) {
            Peer peer = last;
            if (peer == null || peer.zoo != loaded.zoo()) {
                try (OnnxRuntime runtime = OnnxRuntime.load(loaded.network().withOutputs(Blocks.outputs(loaded)))) {
                    Map<String, FloatTensor> blocks = runtime.run(IMAGE);
                    FloatTensor scores = Objects.requireNonNull(blocks.remove(NetworkBuilder.OUTPUT));
                    peer = new Peer(loaded.zoo(), blocks, scores, runtime.scores(OTHER_IMAGE));
                }
                last = peer;
            }
            return peer;
        }
    }

    ZooAgreementTest(Zoo zoo) {
        loaded = Loaded.of(zoo, Zoo.IMAGE_SIZE);
        peer = Peer.of(loaded);
    }

    @Test
    void agreesWithOnnxRuntime() {
        long start = System.nanoTime();
        FloatTensor scores = loaded.scores(IMAGE);
        double seconds = (System.nanoTime() - start) / 1e9;
        double difference = Agreement.difference(peer.scores(), scores);
        System.out.printf("%-18s differs by %.1e from ONNX Runtime (%.1f s)%n", loaded.zoo(), difference, seconds);
        assertTrue(difference <= Agreement.TOLERANCE, () -> "difference " + difference);
    }

    @Test
    void agreesWithOnnxRuntimeAtTheOutputOfEveryBlock() {
        long start = System.nanoTime();
        Set<String> blocks = peer.blocks().keySet();
        assertTrue(blocks.size() >= LEAST_BLOCKS, () -> "only " + blocks);
        Map<String, Tensor> ours = loaded.model().run(Map.of(NetworkBuilder.INPUT, IMAGE), blocks);
        double largest = 0;
        for (Map.Entry<String, FloatTensor> block : peer.blocks().entrySet()) {
            FloatTensor output = (FloatTensor) Objects.requireNonNull(ours.get(block.getKey()));
            double difference = Agreement.difference(block.getValue(), output);
            assertTrue(difference <= Agreement.TOLERANCE, () -> block.getKey() + " differs by " + difference);
            largest = Math.max(largest, difference);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(
                "%-18s differs by %.1e from ONNX Runtime at its %d blocks (%.1f s)%n",
                loaded.zoo(), largest, blocks.size(), seconds);
    }

    @Test
    void keepsActivationsInRangeInEveryLayer() {
        Map<String, Double> deviations = Deviations.of(loaded.network(), IMAGE);
        assertTrue(deviations.size() > 20, () -> "only " + deviations);
        deviations.forEach((value, deviation) -> assertTrue(
                deviation >= LEAST_DEVIATION && deviation <= LARGEST_DEVIATION,
                () -> value + " has a standard deviation of " + deviation));
    }

    @Test
    void tellsImagesApart() {
        double contrast = Agreement.difference(peer.scores(), peer.otherScores());
        assertTrue(contrast >= LEAST_CONTRAST, () -> "contrast " + contrast);
    }

    @Test
    void isDescribedWithThePublishedCost() {
        double megaMultiplyAdds = loaded.model().describe().megaflop().orElseThrow() / 2;
        assertEquals(loaded.zoo().publishedMegaMultiplyAdds(), Math.round(megaMultiplyAdds));
    }
}
