package dev.lanewise.benchmarks.conv;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What ONNX Runtime noted of its runs: the time of every node, in whole microseconds, and of every run.
 *
 * @see <a href="https://onnxruntime.ai/docs/performance/tune-performance/profiling-tools.html">ONNX Runtime profiling</a>
 */
final class OrtProfile {

    private OrtProfile() {}

    /**
     * Reads the microseconds that each run spent on its convolution and epilogue. The nodes that bring the input into ONNX
     * Runtime's blocked layout, and the output back, do not count: inside a network there are none.
     *
     * @return one number a run, in order
     */
    static double[] convolutionMicros(Path file) {
        List<Double> runs = new ArrayList<>();
        double nodes = 0;
        for (JsonNode event : events(file)) {
            String name = event.path("name").asText();
            if (event.path("cat").asText().equals("Node") && name.endsWith("_kernel_time")) {
                boolean reorder = event.path("args").path("op_name").asText().startsWith("Reorder");
                nodes += reorder ? 0 : event.path("dur").asDouble();
            } else if (name.equals("model_run")) {
                runs.add(nodes);
                nodes = 0;
            }
        }
        return runs.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static JsonNode events(Path file) {
        try {
            return new ObjectMapper().readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException("ONNX Runtime's profile " + file + " cannot be read", e);
        }
    }
}
