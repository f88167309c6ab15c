package dev.lanewise.benchmarks.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.benchmarks.measure.FmaPeak;
import dev.lanewise.benchmarks.peer.OrtBinding;
import dev.lanewise.benchmarks.peer.OrtNetwork;
import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.parallel.WorkerPool;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The peer computes Relu of -1, 2, -3, 4. */
class ModelContestTest {

    private static final Shape SHAPE = Shape.of(1, 1, 2, 2);

    @TempDir
    Path folder;

    private double difference(Map<String, Tensor> ours) throws IOException {
        Map<String, FloatTensor> images = Map.of("pixels", FloatTensor.of(SHAPE, -1, 2, -3, 4));
        try (WorkerPool pool = new WorkerPool(1);
                OrtNetwork network = OrtNetwork.of(SmallNetworks.relu(folder, 1, 1, 2, 2), 1);
                OrtBinding peer = network.bind(images)) {
            FmaPeak peak = FmaPeak.of(VectorWidth.preferred().orElseThrow(), pool);
            ModelContest contest = new ModelContest(() -> ours, peer, peak, OptionalDouble.empty());
            return Objects.requireNonNull(contest.difference());
        }
    }

    @Test
    void equalOutputsDoNotDiffer() throws IOException {
        assertEquals(0, difference(Map.of("result", FloatTensor.of(SHAPE, 0, 2, 0, 4))));
    }

    @Test
    void aWrongOutputIsCaught() throws IOException {
        assertEquals(0.25, difference(Map.of("result", FloatTensor.of(SHAPE, 0, 3, 0, 4))));
        assertEquals(Double.POSITIVE_INFINITY, difference(Map.of("result", FloatTensor.of(SHAPE, 0, Float.NaN, 0, 4))));
    }

    @Test
    void anOutputOfAnotherShapeOrNameIsCaught() {
        for (Map<String, Tensor> ours : List.<Map<String, Tensor>>of(
                Map.of("result", FloatTensor.of(Shape.of(4), 0, 2, 0, 4)),
                Map.of("other", FloatTensor.of(SHAPE, 0, 2, 0, 4)))) {
            IllegalStateException failure = assertThrows(IllegalStateException.class, () -> difference(ours));
            assertTrue(failure.getMessage().startsWith("output 'result'"), failure.getMessage());
        }
    }
}
