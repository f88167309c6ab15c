package dev.lanewise.benchmarks.report;

import static dev.lanewise.benchmarks.report.Decimals.nullable;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lanewise.benchmarks.operator.OperatorReport;
import dev.lanewise.benchmarks.operator.OperatorResult;
import dev.lanewise.kernels.tune.Platform;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A report of Spark's operator as a JSON array of objects, one for each network. {@code share} is the operator's images per
 * second over the engine's; the figures are null where {@code failure} is not.
 */
public final class OperatorJson {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private final Platform platform;

    public OperatorJson(Platform platform) {
        this.platform = platform;
    }

    /** @throws IOException if the file cannot be written */
    public void write(OperatorReport report, Path file) throws IOException {
        ArrayNode array = JSON.createArrayNode();
        report.results().forEach(result -> array.add(object(result)));
        JSON.writeValue(file.toFile(), array);
    }

    private ObjectNode object(OperatorResult result) {
        ObjectNode object = JSON.createObjectNode();
        object.put("model", result.model());
        object.put("threads", result.threads());
        object.put("images", result.images());
        object.put("rounds", result.rounds().orElse(null));
        object.put("engine_images_per_s", nullable(result.enginePerSecond()));
        object.put("operator_images_per_s", nullable(result.operatorPerSecond()));
        object.put("share", nullable(result.share()));
        ArrayNode missed = object.putArray("missed");
        result.missed().forEach(missed::add);
        object.put("failure", result.fault());
        return object.put("cpu", platform.cpu())
                .put("vector_bits", platform.bits())
                .put("jdk", platform.jdk());
    }
}
