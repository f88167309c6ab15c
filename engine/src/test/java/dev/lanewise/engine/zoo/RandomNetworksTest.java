package dev.lanewise.engine.zoo;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.engine.Model;
import dev.lanewise.engine.ModelSource;
import dev.lanewise.engine.compile.Compiler;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.lowering.Plans;
import dev.lanewise.engine.onnx.OnnxReader;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Small networks of random legal layers compute what ONNX Runtime computes. */
class RandomNetworksTest {

    private static final int IMAGES = 2;

    static LongStream seeds() {
        return LongStream.range(0, 24);
    }

    /** Few: every one has convolutions that no other has, and their kernels take seconds to compile. */
    static LongStream seedsForKernels() {
        return LongStream.of(2, 7);
    }

    /** With plain loops, whose bits are those of the kernels. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void agreeWithOnnxRuntime(long seed) {
        Example example = new Example(seed);
        ModelSource source = ModelSource.of("random", example.network.onnx());
        Graph graph = Compiler.compile(OnnxReader.read("random", source.onnx())).graph();
        Map<String, Tensor> inputs = Map.of(NetworkBuilder.INPUT, example.images);
        example.assertAgreement(
                Plans.run(Plans.scalar(Plans.of(graph, inputs, true)), inputs).get(NetworkBuilder.OUTPUT));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seedsForKernels")
    void agreeWithOnnxRuntimeOnKernels(long seed) {
        Example example = new Example(seed);
        Model model = Model.load(ModelSource.of("random", example.network.onnx()));
        example.assertAgreement(Loaded.scores(model, example.images));
    }

    private static final class Example {
        private final RandomStructure structure;
        private final Network network;
        private final FloatTensor images;

        Example(long seed) {
            structure = new RandomStructure(seed);
            FeatureMap input = structure.input();
            network = NetworkBuilder.build("random-" + seed, seed, input, structure);
            images = Seeded.images(~seed, IMAGES, input.channels(), input.height(), input.width());
        }

        void assertAgreement(Tensor scores) {
            try (OnnxRuntime runtime = OnnxRuntime.loadUnoptimized(network.onnx())) {
                FloatTensor actual = (FloatTensor) Objects.requireNonNull(scores);
                double difference = Agreement.difference(runtime.scores(images), actual);
                assertTrue(difference <= Agreement.TOLERANCE, () -> difference + " for " + structure);
            }
        }
    }
}
