package dev.lanewise.engine.lowering;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.engine.ModelSource;
import dev.lanewise.engine.compile.Compiler;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.onnx.OnnxReader;
import dev.lanewise.engine.run.Plan;
import dev.lanewise.engine.run.PlanStep;
import dev.lanewise.engine.run.ReferenceExecutor;
import dev.lanewise.engine.zoo.FeatureMap;
import dev.lanewise.engine.zoo.Network;
import dev.lanewise.engine.zoo.NetworkBuilder;
import dev.lanewise.engine.zoo.NetworkBuilder.Structure;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import dev.lanewise.kernels.tensor.Window;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Where channel orders, views and padding spare a copy, and where nothing can. */
class LayoutsTest {

    private static final int SIZE = 8;
    private static final Window POINT = Window.square(1, 1, 0);
    private static final Window WINDOW = Window.square(3, 1, 1);

    @Test
    void aResNeXtBlockReordersNothing() {
        assertReorders(0, 64, (net, x) -> {
            FeatureMap start = net.convBatchNormRelu(x, 64, 1, POINT);
            FeatureMap y = net.convBatchNormRelu(start, 128, 1, POINT);
            y = net.convBatchNormRelu(y, 128, 32, WINDOW);
            y = net.batchNorm(net.conv(y, 64, 1, POINT));
            return net.relu(net.add(y, start));
        });
    }

    @Test
    void aShuffleBetweenGroupedConvolutionsIsNoStep() {
        Plan plan = assertReorders(0, 24, (net, x) -> {
            FeatureMap y = net.convBatchNormRelu(x, 120, 1, POINT);
            y = net.convBatchNormRelu(y, 60, 3, POINT);
            y = net.channelShuffle(y, 3);
            y = net.batchNorm(net.conv(y, 60, 60, WINDOW));
            return net.conv(y, 240, 3, POINT);
        });
        assertEquals(Map.of("Convolve", 4L), steps(plan));
    }

    @Test
    void depthwiseConvolutionsTakeTheOrderOfWhatTheyRead() {
        assertReorders(0, 16, (net, x) -> {
            FeatureMap y = net.convBatchNormRelu(x, 64, 1, POINT);
            y = net.convBatchNormRelu(y, 64, 16, WINDOW);
            return net.conv(net.conv(y, 64, 64, WINDOW), 10, 1, POINT);
        });
    }

    @Test
    void concatenationsOfConcatenationsAreWrittenInPlace() {
        Plan plan = assertReorders(0, 16, (net, x) -> {
            FeatureMap a = net.convBatchNormRelu(x, 32, 1, POINT);
            FeatureMap b = net.convBatchNormRelu(a, 16, 1, WINDOW);
            FeatureMap ab = net.concat(a, b);
            FeatureMap c = net.convBatchNormRelu(ab, 24, 1, WINDOW);
            FeatureMap abc = net.concat(ab, c);
            return net.conv(abc, 40, 1, WINDOW);
        });
        assertEquals(Map.of("Convolve", 4L), steps(plan));
    }

    @Test
    void partsAreReadWhereTheyAre() {
        Plan plan = assertReorders(0, 16, (net, x) -> {
            List<FeatureMap> parts = net.split(net.convBatchNormRelu(x, 50, 1, POINT), 21, 29);
            FeatureMap left = net.conv(parts.get(0), 16, 1, WINDOW);
            FeatureMap right = net.conv(parts.get(1), 16, 1, POINT);
            return net.add(left, right);
        });
        assertEquals(Map.of("Convolve", 3L), steps(plan));
    }

    @Test
    void aSumWithItsOwnShuffleReordersOneOfBoth() {
        assertReorders(1, 16, (net, x) -> {
            FeatureMap y = net.convBatchNormRelu(x, 48, 1, POINT);
            return net.add(y, net.channelShuffle(y, 3));
        });
    }

    @Test
    void groupsInLanesCannotReadAConcatenationInPlace() {
        assertReorders(1, 16, (net, x) -> {
            FeatureMap a = net.convBatchNormRelu(x, 32, 1, POINT);
            FeatureMap b = net.convBatchNormRelu(x, 32, 1, WINDOW);
            return net.conv(net.concat(a, b), 64, 16, WINDOW);
        });
    }

    @Test
    void whatIsConcatenatedWithItselfIsCopiedOnce() {
        assertCopies(1, 16, (net, x) -> {
            FeatureMap y = net.convBatchNormRelu(x, 32, 1, POINT);
            return net.conv(net.concat(y, y), 16, 1, POINT);
        });
    }

    @Test
    void channelsThatPassByABranchStayWhereTheyAre() {
        Plan plan = assertReorders(0, 16, (net, x) -> net.conv(shuffleUnits(net, x, 42, 4), 24, 1, POINT));
        assertEquals(Map.of("Convolve", 2L + 4 + 1), steps(plan));
    }

    @Test
    void channelsFarApartAreBroughtTogetherOnceForADepthwiseConvolution() {
        assertCopies(1, 16, (net, x) -> {
            FeatureMap y = shuffleUnits(net, x, 42, 3);
            FeatureMap left = net.convBatchNormRelu(y, 84, 84, Window.square(3, 2, 1));
            return net.add(net.conv(left, 32, 1, POINT), net.conv(y, 32, 1, Window.square(1, 2, 0)));
        });
    }

    @Test
    void nothingIsAppendedToWhatPoolingReads() {
        assertReorders(1, 16, (net, x) -> net.globalAveragePool(shuffleUnits(net, x, 42, 1)));
    }

    @Test
    void channelsAreBroughtTogetherAgainBeforeTheyLieTooFarApart() {
        Plan plan = assertReorders(1, 16, (net, x) -> net.conv(shuffleUnits(net, x, 16, 16), 24, 1, POINT));
        int largest =
                plan.storages().stream().mapToInt(Plan.Storage::floats).max().orElseThrow();
        assertTrue(largest <= 16 * 16 * SIZE * SIZE, () -> largest + " floats");
    }

    @Test
    void blocksOfEightAreNotAppendedTo() {
        assertReorders(1, 16, (net, x) -> {
            FeatureMap y = net.convBatchNormRelu(x, 8, 1, POINT);
            List<FeatureMap> halves = net.split(y, 4, 4);
            return net.conv(net.concat(halves.get(0), net.conv(halves.get(1), 20, 1, WINDOW)), 24, 1, POINT);
        });
    }

    @Test
    void aConvolutionsOutputIsAppendedToAndReadAgain() {
        Plan plan = assertReorders(0, 16, (net, x) -> {
            FeatureMap y = net.convBatchNormRelu(x, 40, 1, POINT);
            List<FeatureMap> parts = net.split(y, 13, 27);
            FeatureMap joined = net.concat(parts.get(0), net.conv(parts.get(1), 20, 1, WINDOW));
            return net.add(net.conv(joined, 24, 1, WINDOW), net.conv(y, 24, 1, POINT));
        });
        assertEquals(Map.of("Convolve", 4L), steps(plan));
    }

    /** As in ShuffleNetV2: one half of the channels passes by a branch; {@code 2 * half} channels. */
    private static FeatureMap shuffleUnits(NetworkBuilder net, FeatureMap x, int half, int units) {
        FeatureMap y = net.concat(net.conv(x, half, 1, POINT), net.conv(x, half, 1, WINDOW));
        for (int unit = 0; unit < units; unit++) {
            List<FeatureMap> halves = net.split(net.channelShuffle(y, 2), half, half);
            y = net.concat(halves.get(0), net.convBatchNormRelu(halves.get(1), half, 1, POINT));
        }
        return y;
    }

    @Test
    void softmaxReordersAMatrixRatherThanTheImagesThatItWasPooledFrom() {
        Plan plan = plan(16, (net, x) -> {
            FeatureMap y = net.convBatchNormRelu(x, 40, 1, POINT);
            return net.softmax(net.flatten(net.globalAveragePool(y)));
        });
        assertTrue(
                plan.steps().stream()
                        .filter(PlanStep.Reorder.class::isInstance)
                        .map(PlanStep.Reorder.class::cast)
                        .allMatch(reorder -> reorder.input().layout().height() == 1),
                () -> plan.steps().toString());
    }

    @Test
    void everyPaddedPieceOfMemoryIsClearedOnceBeforeItIsWritten() {
        Plan plan = plan(16, (net, x) -> {
            FeatureMap y = net.convBatchNormRelu(x, 32, 1, POINT);
            return net.conv(net.concat(y, net.conv(y, 16, 1, WINDOW)), 16, 1, WINDOW);
        });
        List<Integer> cleared = plan.steps().stream()
                .filter(PlanStep.ClearPadding.class::isInstance)
                .map(step -> step.writes().get(0).storage())
                .toList();
        assertEquals(Set.copyOf(cleared).size(), cleared.size());
        Set<Integer> ready = new HashSet<>();
        for (PlanStep step : plan.steps()) {
            step.writes().forEach(placed -> {
                if (step instanceof PlanStep.ClearPadding) {
                    ready.add(placed.storage());
                } else {
                    assertTrue(!placed.layout().padded() || ready.contains(placed.storage()), step::toString);
                }
            });
        }
        assertEquals(1, cleared.size());
    }

    /** Asserts how many reorders a plan has, and that it computes the same bits as the reference. */
    private static void assertCopies(int expected, int channels, Structure structure) {
        List<PlanStep> copies = plan(channels, structure).steps().stream()
                .filter(PlanStep.Reorder.class::isInstance)
                .toList();
        assertEquals(expected, copies.size(), copies::toString);
    }

    private static boolean movesChannels(PlanStep step) {
        return step instanceof PlanStep.Reorder reorder && reorder.movesChannels();
    }

    private static Plan assertReorders(int expected, int channels, Structure structure) {
        Plan plan = plan(channels, structure);
        List<PlanStep> reorders =
                plan.steps().stream().filter(LayoutsTest::movesChannels).toList();
        assertEquals(expected, reorders.size(), reorders::toString);
        return plan;
    }

    private static Plan plan(int channels, Structure structure) {
        Network network = NetworkBuilder.build("layouts", 7, new FeatureMap("", channels, SIZE, SIZE), structure);
        Graph graph = Compiler.compile(OnnxReader.read(
                        "layouts", ModelSource.of("layouts", network.onnx()).onnx()))
                .graph();
        Map<String, Tensor> image = Map.of(NetworkBuilder.INPUT, image(channels));
        Plan plan = Plans.of(graph, image, false);
        Map<String, Tensor> expected = new ReferenceExecutor(graph, Lowering.outputs(graph)).run(image);
        Plans.assertSameBits("plan", expected, Plans.run(Plans.scalar(plan), image));
        return plan;
    }

    private static FloatTensor image(int channels) {
        Random random = new Random(11);
        float[] data = new float[channels * SIZE * SIZE];
        for (int i = 0; i < data.length; i++) {
            data[i] = (float) random.nextGaussian();
        }
        return FloatTensor.of(Shape.of(1, channels, SIZE, SIZE), data);
    }

    /** The steps by kind, but for what goes in and out. */
    private static Map<String, Long> steps(Plan plan) {
        return plan.steps().stream()
                .filter(step -> !(step instanceof PlanStep.Load
                        || step instanceof PlanStep.Store
                        || step instanceof PlanStep.ClearPadding))
                .collect(Collectors.groupingBy(step -> step.getClass().getSimpleName(), Collectors.counting()));
    }
}
