package dev.lanewise.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lanewise.engine.run.PlanDescription.Step;
import dev.lanewise.kernels.roofline.Roofline;
import dev.lanewise.kernels.tune.Platform;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** A plan as a JSON object: what {@link PlanTable} shows, unrounded; null where there is no figure. */
final class PlanJson {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private PlanJson() {}

    /** @throws IOException if the file cannot be written */
    static void write(String model, Explained explained, Path file) throws IOException {
        Platform platform = Platform.current();
        Roofline roofline = explained.roofline().orElse(null);
        ObjectNode plan = JSON.createObjectNode()
                .put("model", model)
                .put("cpu", platform.cpu())
                .put("vector_bits", platform.bits())
                .put("jdk", platform.jdk())
                .put("arena_bytes", explained.plan().arenaBytes())
                .put("weight_bytes", explained.plan().weightBytes())
                .put("peak_gflops", roofline == null ? null : roofline.gigaflops())
                .put("memory_gb_per_s", roofline == null ? null : roofline.gigabytesPerSecond());
        ArrayNode steps = plan.putArray("steps");
        explained.steps().forEach(step -> steps.add(step(step, explained)));
        JSON.writeValue(file.toFile(), plan);
    }

    private static ObjectNode step(Step step, Explained explained) {
        ObjectNode object = JSON.createObjectNode()
                .put("step", step.name())
                .put("operation", step.operation())
                .put("schedule", step.schedule());
        ArrayNode kernels = object.putArray("kernels");
        step.kernels().forEach(kernels::add);
        boolean measured = step.microseconds().isPresent();
        String limit = explained.limit(step);
        return object.put("result", step.layout())
                .put("flop", 2 * step.multiplyAdds())
                .put("bytes", step.bytes())
                .put("arena_bytes", step.arenaBytes())
                .put("flop_per_byte", nullable(Explained.intensity(step)))
                .put("limited_by", limit.isEmpty() ? null : limit)
                .put("least_us", limit.isEmpty() ? null : explained.leastMicros(step))
                .put("us", nullable(step.microseconds()))
                .put("gflops", nullable(Explained.gigaflops(step)))
                .put("share_of_peak", measured ? nullable(explained.shareOfPeak(step)) : null)
                .put("estimated_share_of_peak", measured ? null : nullable(explained.shareOfPeak(step)));
    }

    private static @Nullable Double nullable(OptionalDouble value) {
        return value.isPresent() ? value.getAsDouble() : null;
    }
}
