package dev.lanewise.engine.zoo;

import dev.lanewise.engine.ModelSource;
import dev.lanewise.engine.compile.Compiler;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.lowering.Plans;
import dev.lanewise.engine.onnx.OnnxReader;
import dev.lanewise.engine.run.Plan;
import dev.lanewise.engine.run.PlanExecutor;
import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.tensor.Tensor;
import dev.lanewise.kernels.tune.ConvolutionSelector;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Plans run on generated kernels, Winograd's among them, compute the same bits as with plain loops: {@code
 * -Dlanewise.test.zoo=NAME,NAME} for other networks than the usual ones, whose kernels take seconds each to compile.
 */
class ZooKernelsTest {

    private static final int SIZE = 64;

    /** Dense layers with Winograd's algorithm; lanes over groups and shuffles; depthwise layers with hard swish, and squeezing. */
    private static final List<Zoo> USUAL = List.of(Zoo.RESNET_18, Zoo.SHUFFLENET_V1_G3, Zoo.MOBILENET_V3_LARGE);

    static Stream<Zoo> networks() {
        String names = System.getProperty("lanewise.test.zoo");
        return names == null ? USUAL.stream() : Arrays.stream(names.split(",")).map(Zoo::valueOf);
    }

    @ParameterizedTest
    @MethodSource("networks")
    void computeTheBitsOfPlainLoops(Zoo zoo) {
        Network network = zoo.network(SIZE);
        Graph graph = Compiler.compile(OnnxReader.read(
                        network.name(),
                        ModelSource.of(network.name(), network.onnx()).onnx()))
                .graph();
        Map<String, Tensor> inputs = Map.of(NetworkBuilder.INPUT, Seeded.image(1009, 3, SIZE, SIZE));
        Plan plan = Plans.of(graph, inputs, true);
        PlanExecutor fast = new PlanExecutor(plan, ConvolutionSelector.standard(), VectorWidth.preferred());
        Plans.assertSameBits(zoo.toString(), Plans.run(Plans.scalar(plan), inputs), Plans.run(fast, inputs));
    }
}
