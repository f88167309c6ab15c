package dev.lanewise.benchmarks.report;

import static dev.lanewise.benchmarks.report.Decimals.nullable;
import static dev.lanewise.benchmarks.report.Decimals.significant;
import static dev.lanewise.benchmarks.report.Decimals.time;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lanewise.benchmarks.measure.Times;
import dev.lanewise.benchmarks.model.BatchFigures;
import dev.lanewise.benchmarks.model.BatchFigures.Timed;
import dev.lanewise.benchmarks.model.ColdStart;
import dev.lanewise.benchmarks.model.ModelReport;
import dev.lanewise.benchmarks.model.ModelResult;
import dev.lanewise.kernels.tune.Platform;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A report of networks as a JSON array of objects, one for each network and batch size. {@code lanewise_ms} and {@code
 * ort_ms} are medians, those called {@code _best_ms} the best times; a figure that was not measured is null, as all times are
 * where {@code failure} is not.
 */
public final class ModelJson {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private final Platform platform;

    public ModelJson(Platform platform) {
        this.platform = platform;
    }

    /** @throws IOException if the file cannot be written */
    public void write(ModelReport report, Path file) throws IOException {
        ArrayNode array = JSON.createArrayNode();
        report.results().forEach(result -> array.add(object(result)));
        JSON.writeValue(file.toFile(), array);
    }

    private ObjectNode object(ModelResult result) {
        BatchFigures fork = result.median().orElse(null);
        Timed timed = fork == null ? null : fork.timed();
        ObjectNode object = JSON.createObjectNode();
        object.put("model", result.benchmark().name());
        object.put("batch", result.batch());
        object.put("threads", result.threads());
        Times lanewise = timed == null ? null : timed.lanewise();
        Times peer = timed == null ? null : timed.peer();
        object.put("lanewise_ms", millis(lanewise == null ? null : lanewise.median()));
        object.put("ort_ms", millis(peer == null ? null : peer.median()));
        object.put("lanewise_best_ms", millis(lanewise == null ? null : lanewise.best()));
        object.put("ort_best_ms", millis(peer == null ? null : peer.best()));
        object.put("speedup", nullable(result.speedup()));
        object.put("max_rel_diff", significant(result.difference()));
        object.put("gflops", timed == null ? null : nullable(timed.gflops()));
        object.put("peak_gflops", timed == null ? null : nullable(timed.peakGflops()));
        object.put("share_of_peak", timed == null ? null : nullable(timed.shareOfPeak()));
        ColdStart cold = fork == null ? null : fork.coldStart();
        object.put("load_ms", cold == null ? null : time(cold.loadMillis()));
        object.put("first_image_ms", cold == null ? null : time(cold.firstImageMillis()));
        object.put("cold_start_ms", cold == null ? null : time(cold.totalMillis()));
        object.put("images_to_full_speed", cold == null ? null : cold.imagesToFullSpeed());
        object.put("arena_mb", fork == null ? null : nullable(fork.arenaMegabytes()));
        object.put("weights_mb", fork == null ? null : nullable(fork.weightsMegabytes()));
        object.put("rounds", timed == null ? null : timed.rounds());
        object.put("forks", result.forks().size());
        ArrayNode missed = object.putArray("missed");
        result.missed().forEach(missed::add);
        object.put("void", result.flaw().orElse(null));
        object.put("failure", result.fault().orElse(null));
        return object.put("cpu", platform.cpu())
                .put("vector_bits", platform.bits())
                .put("jdk", platform.jdk());
    }

    private static @Nullable Double millis(@Nullable Double micros) {
        return micros == null ? null : Decimals.ratio(micros / 1e3);
    }
}
