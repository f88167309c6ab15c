package dev.lanewise.engine.zoo;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.engine.Model;
import dev.lanewise.engine.ModelSource;
import dev.lanewise.kernels.tensor.FloatTensor;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Small networks of random legal layers compute what ONNX Runtime computes. */
class RandomNetworksTest {

    private static final int IMAGES = 2;

    /** Few: every one has convolutions that no other has, and their kernels take seconds to compile. */
    static LongStream seeds() {
        return LongStream.range(0, 8);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void agreeWithOnnxRuntime(long seed) {
        RandomStructure structure = new RandomStructure(seed);
        FeatureMap input = structure.input();
        Network network = NetworkBuilder.build("random-" + seed, seed, input, structure);
        FloatTensor images = Seeded.images(~seed, IMAGES, input.channels(), input.height(), input.width());
        FloatTensor reference;
        try (OnnxRuntime runtime = OnnxRuntime.loadUnoptimized(network.onnx())) {
            reference = runtime.scores(images);
        }
        Model model = Model.load(ModelSource.of(network.name(), network.onnx()));
        FloatTensor scores = Loaded.scores(model, images);
        double difference = Agreement.difference(reference, scores);
        assertTrue(difference <= Agreement.TOLERANCE, () -> difference + " for " + structure);
    }
}
