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
import dev.lanewise.benchmarks.cluster.JobCosts;
import dev.lanewise.benchmarks.cluster.PeerComparison;
import dev.lanewise.benchmarks.cluster.PeerInference;
import dev.lanewise.kernels.tune.Platform;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A report of jobs on a cluster as a JSON array of objects, one for each. {@code seconds} is from the driver's start to the
 * end of the first pass, {@code start_images_per_s} its images by that; all other figures are of the second, the steady one. {@code read_s} to {@code write_s} are sums
 * over all tasks, {@code cpu_s} is what the executors' processes took for 1,000 images. {@code rss_growth} is the
 * memory of the last tenth of the time by that of the second tenth, less 1. {@code executor_start_s} to {@code commit_s} are
 * {@link JobCosts}, {@code allowed_speedup} and {@code share_of_allowed} {@link PeerComparison}, {@code infer_ms} to
 * {@code infer_ratio} {@link PeerInference}. A figure that was not measured is null.
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
        object.put("start_images_per_s", ratio(result.imagesPerSecondWithStart()));
        object.put("steady_images_per_s", ratio(result.imagesPerSecond()));
        ArrayNode executors = object.putArray("executor_images_per_s");
        result.imagesPerSecondByExecutor().forEach(each -> executors.add(ratio(each)));
        object.put("read_s", ratio(job.readSeconds()));
        object.put("decode_s", ratio(job.decodeSeconds()));
        object.put("pack_s", ratio(job.packSeconds()));
        object.put("infer_s", ratio(job.inferSeconds()));
        object.put("write_s", ratio(job.writeSeconds()));
        object.put("cpu_s", ratio(result.cpuSecondsPerThousand()));
        object.put("peak_rss_mb", time(result.peakResidentMegabytes()));
        object.put("rss_growth", nullable(result.residentGrowth()));
        object.put("speedup", nullable(result.speedup()));
        PeerComparison comparison = result.comparison();
        object.put("allowed_speedup", nullable(comparison == null ? null : comparison.allowed()));
        object.put("share_of_allowed", nullable(comparison == null ? null : comparison.share()));
        PeerInference inference = result.inference();
        object.put("infer_ms", nullable(inference == null ? null : inference.taskMillis()));
        object.put("infer_alone_ms", nullable(inference == null ? null : inference.aloneMillis()));
        object.put("infer_ratio", nullable(inference == null ? null : inference.ratio()));
        object.put("scaling", nullable(result.scaling()));
        object.put("peak_gflops", nullable(report.peaks().get(result.executors() * result.cores())));
        putCosts(object, job.costs());
        return object.put("cpu", platform.cpu())
                .put("vector_bits", platform.bits())
                .put("jdk", platform.jdk());
    }

    private static void putCosts(ObjectNode object, JobCosts costs) {
        object.put("executor_start_s", ratio(costs.executorSeconds()))
                .put("list_s", ratio(costs.listSeconds()))
                .put("tasks", costs.tasks())
                .put("task_ms", ratio(costs.taskMillis()))
                .put("task_skew", ratio(costs.skew()))
                .put("plan_s", ratio(costs.planSeconds()))
                .put("commit_s", ratio(costs.commitSeconds()));
    }
}
