package dev.lanewise.benchmarks.report;

import static dev.lanewise.benchmarks.report.Decimals.nullable;
import static dev.lanewise.benchmarks.report.Decimals.ratio;
import static dev.lanewise.benchmarks.report.Decimals.time;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lanewise.benchmarks.cluster.ClusterReport;
import dev.lanewise.benchmarks.cluster.ClusterResult;
import dev.lanewise.benchmarks.cluster.JobAnswer;
import dev.lanewise.kernels.tune.Platform;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A report of jobs on a cluster as a JSON array of objects, one for each. {@code seconds} is from the driver's start to the
 * end of the first pass; all other figures are of the second, the steady one. {@code read_s} to {@code write_s} are sums
 * over all tasks, {@code cpu_s} is what the executors' processes took for 1,000 images. {@code rss_growth} is the
 * memory of the last tenth of the time by that of the second tenth, less 1. A figure that was not measured is null.
 */
public final class ClusterJson {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private final Platform platform;

    public ClusterJson(Platform platform) {
        this.platform = platform;
    }

    /** @throws IOException if the file cannot be written */
    public void write(ClusterReport report, Path file) throws IOException {
        ArrayNode array = JSON.createArrayNode();
        report.results().forEach(result -> array.add(object(result, report)));
        JSON.writeValue(file.toFile(), array);
    }

    private ObjectNode object(ClusterResult result, ClusterReport report) {
        JobAnswer job = result.job();
        ObjectNode object = JSON.createObjectNode();
        object.put("engine", result.engine().label());
        object.put("model", result.model());
        object.put("executors", result.executors());
        object.put("cores", result.cores());
        object.put("images", job.images());
        object.put("invalid", job.invalid());
        object.put("failed_tasks", job.failedTasks());
        object.put("batch", job.batch());
        object.put("seconds", time(job.coldSeconds()));
        object.put("steady_images_per_s", ratio(result.imagesPerSecond()));
        object.put("read_s", ratio(job.readSeconds()));
        object.put("decode_s", ratio(job.decodeSeconds()));
        object.put("pack_s", ratio(job.packSeconds()));
        object.put("infer_s", ratio(job.inferSeconds()));
        object.put("write_s", ratio(job.writeSeconds()));
        object.put("cpu_s", ratio(result.cpuSecondsPerThousand()));
        object.put("peak_rss_mb", time(result.peakResidentMegabytes()));
        object.put("rss_growth", nullable(result.residentGrowth()));
        object.put("speedup", nullable(result.speedup()));
        object.put("scaling", nullable(result.scaling()));
        object.put("peak_gflops", nullable(report.peaks().get(result.executors() * result.cores())));
        return object.put("cpu", platform.cpu())
                .put("vector_bits", platform.bits())
                .put("jdk", platform.jdk());
    }
}
