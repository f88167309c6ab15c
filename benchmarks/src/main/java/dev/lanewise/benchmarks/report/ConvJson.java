package dev.lanewise.benchmarks.report;

import static dev.lanewise.benchmarks.report.Decimals.nullable;
import static dev.lanewise.benchmarks.report.Decimals.ratio;
import static dev.lanewise.benchmarks.report.Decimals.time;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lanewise.benchmarks.conv.ConvReport;
import dev.lanewise.benchmarks.conv.ConvResult;
import dev.lanewise.benchmarks.conv.Demand;
import dev.lanewise.benchmarks.conv.ForkResult;
import dev.lanewise.benchmarks.conv.PackBenchmark;
import dev.lanewise.benchmarks.conv.PackResult;
import dev.lanewise.benchmarks.measure.CpuClass;
import dev.lanewise.benchmarks.measure.Times;
import dev.lanewise.kernels.tune.Platform;
import dev.lanewise.kernels.workload.ConvWorkload;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A report as a JSON array of objects, one a workload. Times in microseconds are each side's best, those called {@code
 * _median_us} its median; a figure that was not measured, such as that of a peer that took no part, is null.
 */
public final class ConvJson {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private final Platform platform;

    public ConvJson(Platform platform) {
        this.platform = platform;
    }

    /** @throws IOException if the file cannot be written */
    public void write(ConvReport report, Path file) throws IOException {
        JSON.writeValue(file.toFile(), array(report));
    }

    ArrayNode array(ConvReport report) {
        ArrayNode array = JSON.createArrayNode();
        OptionalLong cache = CpuClass.secondLevelCache();
        report.convolutions()
                .forEach(result -> array.add(convolution(result, report.demands(result, platform.jdk(), cache))));
        report.packings().forEach(result -> array.add(packing(result)));
        return array;
    }

    private ObjectNode convolution(ConvResult result, List<Demand> demands) {
        ConvWorkload workload = result.benchmark().workload();
        ForkResult fork = result.median();
        ObjectNode object = JSON.createObjectNode();
        object.put("name", result.benchmark().name());
        object.put("channels", workload.inputChannels());
        object.put("groups", workload.groups());
        object.put("kernel", workload.window().kernelHeight());
        object.put("stride", workload.window().strideHeight());
        object.put("height", workload.height());
        object.put("threads", result.threads());
        object.put("schedule", fork.schedule());
        object.put("lanewise_us", time(fork.lanewise().best()));
        object.put("lanewise_packed_us", time(fork.packed().best()));
        object.put("default_us", time(fork.byDefault().best()));
        object.put("ort_us", fork.peer() == null ? null : time(fork.peer().best()));
        object.put("ort_conv_us", micros(result.peerConvolution()));
        object.put("peak_gflops", ratio(fork.peakGflops()));
        object.put("gflops", ratio(fork.gflops()));
        object.put("share_of_peak", ratio(fork.shareOfPeak()));
        object.put("speedup", nullable(result.speedup()));
        object.put("speedup_node", nullable(result.speedupNode()));
        addShape(object, result, workload);
        addDetails(object, result, fork);
        addThreads(object, result, fork);
        addTargets(object, demands);
        return addPlatform(object);
    }

    /** What several threads gain over one, null for one. */
    private static void addThreads(ObjectNode object, ConvResult result, ForkResult fork) {
        object.put(
                "one_thread_us",
                fork.scaling() == null ? null : time(fork.scaling().oneThread().best()));
        object.put("thread_scaling", nullable(result.threadScaling()));
        object.put("peak_scaling", nullable(result.peakScaling()));
    }

    private static void addTargets(ObjectNode object, List<Demand> demands) {
        ObjectNode targets = object.putObject("targets");
        ArrayNode missed = object.putArray("missed");
        for (Demand demand : demands) {
            targets.put(demand.what().label(), ratio(demand.wanted()));
            if (demand.missed()) {
                missed.add(demand.what().label());
            }
        }
    }

    private static void addShape(ObjectNode object, ConvResult result, ConvWorkload workload) {
        object.put("class", result.benchmark().kind().label());
        object.put("batch", workload.batch());
        object.put("output_channels", workload.outputChannels());
        object.put("dilation", workload.window().dilationHeight());
        object.put("epilogue", workload.epilogue().label());
    }

    private static void addDetails(ObjectNode object, ConvResult result, ForkResult fork) {
        ArrayNode kernels = object.putArray("kernel_names");
        fork.kernels().forEach(kernels::add);
        object.put("default_schedule", fork.defaultSchedule());
        object.put("default_over_tuned", ratio(fork.defaultOverTuned()));
        addMedian(object, "lanewise_median_us", fork.lanewise());
        addMedian(object, "lanewise_packed_median_us", fork.packed());
        addMedian(object, "default_median_us", fork.byDefault());
        addMedian(object, "ort_median_us", fork.peer());
        object.put("copy_us", time(fork.copy().best()));
        object.put("over_copy", ratio(fork.overCopy()));
        ArrayNode shares = object.putArray("shares_of_peak");
        result.forks().forEach(each -> shares.add(ratio(each.shareOfPeak())));
        object.put("rounds", fork.rounds());
        object.put("forks", result.forks().size());
        object.put("void", result.flaw().orElse(null));
        object.put("ort_doubtful", result.isPeerDoubtful());
    }

    private ObjectNode packing(PackResult result) {
        PackBenchmark.Result fork = result.median();
        ObjectNode object = JSON.createObjectNode();
        object.put("name", result.benchmark().name());
        object.put("channels", result.benchmark().channels());
        object.put("groups", result.benchmark().groups());
        object.putNull("kernel").putNull("stride");
        object.put("height", result.benchmark().size());
        object.put("threads", 1);
        for (String convolutionOnly : new String[] {
            "schedule",
            "lanewise_us",
            "lanewise_packed_us",
            "default_us",
            "ort_us",
            "ort_conv_us",
            "peak_gflops",
            "gflops",
            "share_of_peak",
            "speedup",
            "speedup_node"
        }) {
            object.putNull(convolutionOnly);
        }
        object.put("class", "packing");
        object.put("pack_gb_per_s", ratio(result.gigabytesPerSecond(fork.pack().best())));
        object.put(
                "unpack_gb_per_s", ratio(result.gigabytesPerSecond(fork.unpack().best())));
        object.put(
                "arraycopy_gb_per_s",
                ratio(result.gigabytesPerSecond(fork.copy().best())));
        object.put("pack_over_arraycopy", ratio(fork.packOverCopy()));
        object.put("unpack_over_arraycopy", ratio(fork.unpackOverCopy()));
        object.put("forks", result.forks().size());
        return addPlatform(object);
    }

    private ObjectNode addPlatform(ObjectNode object) {
        return object.put("cpu", platform.cpu())
                .put("vector_bits", platform.bits())
                .put("jdk", platform.jdk());
    }

    private static @Nullable Double micros(@Nullable Double value) {
        return value == null ? null : time(value);
    }

    private static void addMedian(ObjectNode object, String name, @Nullable Times times) {
        object.put(name, times == null ? null : time(times.median()));
    }
}
