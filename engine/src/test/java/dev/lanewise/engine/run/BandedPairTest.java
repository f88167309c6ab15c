package dev.lanewise.engine.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.engine.ModelSource;
import dev.lanewise.engine.compile.Compiler;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.lowering.Plans;
import dev.lanewise.engine.onnx.OnnxReader;
import dev.lanewise.engine.zoo.FeatureMap;
import dev.lanewise.engine.zoo.Network;
import dev.lanewise.engine.zoo.NetworkBuilder;
import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.parallel.WorkerPool;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import dev.lanewise.kernels.tensor.Window;
import dev.lanewise.kernels.tune.ConvolutionSelector;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BandedPairTest {

    private static final Window POINT = Window.square(1, 1, 0);

    @ParameterizedTest
    @CsvSource({"96, 71, 3, 1", "96, 71, 3, 2", "80, 77, 5, 2", "48, 100, 7, 1"})
    void anExpansionAndItsDepthwiseConvolutionRunInTurnsWithTheSameBits(
            int channels, int size, int kernel, int stride) {
        Executors executors = executors(channels, size, kernel, stride);

        Map<Integer, BandedPair> pairs = executors.kernels().bands();
        assertEquals(1, pairs.size());
        BandedPair pair = pairs.values().iterator().next();
        int rows = (size - 1) / stride + 1;
        assertTrue(pair.rows() > 1 && 2 * pair.rows() < rows, () -> pair.rows() + " of " + rows);
        Map<String, Tensor> expected = Plans.run(executors.scalar(), executors.images());
        Plans.assertSameBits("in turns", expected, Plans.run(executors.kernels(), executors.images()));
        try (WorkerPool pool = new WorkerPool(2)) {
            Plans.assertSameBits(
                    "two threads", expected, executors.kernels().run(executors.images(), pool, () -> false));
        }
    }

    @Test
    void whatTheCacheHoldsRunsLayerByLayer() {
        assertEquals(Map.of(), executors(96, 28, 3, 1).kernels().bands());
    }

    private record Executors(PlanExecutor kernels, PlanExecutor scalar, Map<String, Tensor> images) {}

    /** A batch of two images through an inverted residual block without its sum. */
    private static Executors executors(int channels, int size, int kernel, int stride) {
        Network network = NetworkBuilder.build("bands", 3, new FeatureMap("", 16, size, size), (net, x) -> {
            FeatureMap y = net.convBatchNormRelu(net.convBatchNormRelu(x, 16, 1, POINT), channels, 1, POINT);
            y = net.convBatchNormRelu(y, channels, channels, Window.square(kernel, stride, kernel / 2));
            return net.conv(y, 24, 1, POINT);
        });
        Graph graph = Compiler.compile(OnnxReader.read(
                        "bands", ModelSource.of("bands", network.onnx()).onnx()))
                .graph();
        float[] data = new float[2 * 16 * size * size];
        Random random = new Random(size);
        for (int i = 0; i < data.length; i++) {
            data[i] = (float) random.nextGaussian();
        }
        Map<String, Tensor> images = new HashMap<>();
        images.put(NetworkBuilder.INPUT, FloatTensor.of(Shape.of(2, 16, size, size), data));
        Plan plan = Plans.of(graph, images, false);
        PlanExecutor kernels = new PlanExecutor(plan, ConvolutionSelector.standard(), VectorWidth.preferred());
        return new Executors(kernels, Plans.scalar(plan), images);
    }
}
