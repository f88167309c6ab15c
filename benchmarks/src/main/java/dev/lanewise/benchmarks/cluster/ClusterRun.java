package dev.lanewise.benchmarks.cluster;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lanewise.benchmarks.cluster.ClusterPlan.Installation;
import dev.lanewise.benchmarks.measure.FmaPeak;
import dev.lanewise.benchmarks.peer.OrtNetwork;
import dev.lanewise.benchmarks.standalone.SparkHome;
import dev.lanewise.benchmarks.standalone.StandaloneCluster;
import dev.lanewise.benchmarks.standalone.Submission;
import dev.lanewise.benchmarks.standalone.SubmittedApplication;
import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.parallel.WorkerPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Starts a cluster for every number of executors, and submits a job for every network and engine to it. */
public final class ClusterRun {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LONGEST = Duration.ofHours(2);
    private static final int EXECUTOR_MEGABYTES = 2048;

    /** Spark's workers want to have what the JVM takes beside the heap, too. */
    private static final int WORKER_MEGABYTES = EXECUTOR_MEGABYTES + 512;

    private static final List<Integer> PEER_BATCHES = List.of(1, 8, 32);
    private static final int TASKS_PER_CORE = 8;
    private static final int PEAK_SAMPLES = 400;

    private final ClusterPlan plan;
    private final Installation installation;
    private final Consumer<String> progress;
    private int jobs;

    public ClusterRun(ClusterPlan plan, Installation installation, Consumer<String> progress) {
        this.plan = plan;
        this.installation = installation;
        this.progress = progress;
    }

    /**
     * Measures all of it, one job after the other.
     *
     * @throws IOException if a job fails; the message has the end of its log
     */
    public ClusterReport measure() throws IOException {
        Map<Integer, Double> peaks = new TreeMap<>();
        List<ClusterResult> results = new ArrayList<>();
        for (int executors : plan.executors()) {
            peaks.computeIfAbsent(plan.cores(), ClusterRun::peak);
            peaks.computeIfAbsent(executors * plan.cores(), ClusterRun::peak);
            progress.accept("starting a cluster with " + executors + (executors == 1 ? " executor" : " executors"));
            try (StandaloneCluster cluster = StandaloneCluster.start(
                    new SparkHome(installation.home()),
                    plan.folder().resolve("cluster-" + executors),
                    executors,
                    new StandaloneCluster.Worker(plan.cores(), WORKER_MEGABYTES))) {
                for (Path model : plan.models()) {
                    results.addAll(contest(cluster, model, executors));
                }
            }
        }
        return new ClusterReport(compared(results, peaks), peaks);
    }

    private List<ClusterResult> contest(StandaloneCluster cluster, Path model, int executors) throws IOException {
        List<ClusterResult> results = new ArrayList<>();
        results.add(job(cluster, Engine.NONE, model, executors, ""));
        String ours = plan.folder().resolve("output-" + jobs).toString();
        results.add(job(cluster, Engine.LANEWISE, model, executors, ""));
        if (plan.peer()) {
            results.add(job(cluster, Engine.ORT, model, executors, ours + "/pass-1"));
        }
        return results;
    }

    private ClusterResult job(StandaloneCluster cluster, Engine engine, Path model, int executors, String compareWith)
            throws IOException {
        String name = model.getFileName().toString().replaceFirst("\\.onnx$", "");
        progress.accept(name + " on " + executors + ": " + engine.label());
        int number = jobs++;
        JobRequest request = new JobRequest(
                engine,
                model.toAbsolutePath().toString(),
                plan.images().toAbsolutePath().toString(),
                plan.folder().resolve("output-" + number).toAbsolutePath().toString(),
                engine == Engine.ORT ? PEER_BATCHES : List.of(32),
                compareWith);
        Path asked = plan.folder().resolve("job-" + number + ".json");
        Path answered = plan.folder().resolve("answer-" + number + ".json");
        JSON.writeValue(asked.toFile(), request);
        SubmittedApplication application = cluster.submit(
                new Submission(
                        ClusterJob.class.getName(),
                        installation.application(),
                        installation.jars(),
                        settings(executors),
                        List.of(asked.toString(), answered.toString())),
                List.of("-Xmx1g"));
        ExecutorMonitor monitor = new ExecutorMonitor(cluster);
        watch(application, monitor);
        if (application.await(LONGEST) != 0 || !Files.exists(answered)) {
            throw new IOException("the job " + name + " with " + engine.label() + " failed: " + application.output());
        }
        JobAnswer answer = JSON.readValue(answered.toFile(), JobAnswer.class);
        if (100 * answer.differing() > answer.images()) {
            throw new IOException(engine.label() + " and Lanewise name different classes for " + answer.differing()
                    + " of " + answer.images() + " images of " + name);
        }
        return new ClusterResult(
                engine,
                name,
                executors,
                plan.cores(),
                answer,
                monitor.cpuSeconds(answer.startMillis(), answer.endMillis()),
                monitor.peakResidentMegabytes(),
                null,
                null);
    }

    private Map<String, String> settings(int executors) {
        int cores = executors * plan.cores();
        Map<String, String> settings = new HashMap<>(Map.of(
                "spark.executor.memory",
                EXECUTOR_MEGABYTES + "m",
                "spark.executor.cores",
                Integer.toString(plan.cores()),
                "spark.cores.max",
                Integer.toString(cores),
                // No task before all executors are there.
                "spark.scheduler.minRegisteredResourcesRatio",
                "1.0",
                "spark.sql.files.minPartitionNum",
                Integer.toString(TASKS_PER_CORE * cores),
                "spark.sql.files.openCostInBytes",
                "64KB",
                "spark.locality.wait",
                "0",
                "spark.executor.extraJavaOptions",
                "-XX:+UseG1GC"));
        OrtNetwork.ENVIRONMENT.forEach((name, value) -> settings.put("spark.executorEnv." + name, value));
        return settings;
    }

    private static void watch(SubmittedApplication application, ExecutorMonitor monitor) {
        while (application.isAlive()) {
            monitor.look();
            try {
                Thread.sleep(100);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while a job ran", e);
            }
        }
    }

    /** The best of many short samples on so many cores at once. */
    private static double peak(int cores) {
        VectorWidth width = VectorWidth.preferred().orElseThrow(() -> new IllegalStateException("no vectors here"));
        try (WorkerPool pool = new WorkerPool(cores)) {
            FmaPeak peak = FmaPeak.of(width, pool);
            double best = Double.MAX_VALUE;
            for (int sample = 0; sample < PEAK_SAMPLES; sample++) {
                long start = System.nanoTime();
                peak.run();
                best = Math.min(best, (System.nanoTime() - start) / 1e3);
            }
            return peak.gigaflops(best);
        }
    }

    private static List<ClusterResult> compared(List<ClusterResult> results, Map<Integer, Double> peaks) {
        return results.stream()
                .map(result -> result.compared(speedup(result, results), scaling(result, results, peaks)))
                .toList();
    }

    private static @Nullable Double speedup(ClusterResult result, List<ClusterResult> all) {
        return result.engine() != Engine.LANEWISE
                ? null
                : find(all, Engine.ORT, result.model(), result.executors())
                        .map(peer -> result.imagesPerSecond() / peer.imagesPerSecond())
                        .orElse(null);
    }

    /** By what the cores themselves scale: those of one machine share its power and its caches. */
    private static @Nullable Double scaling(ClusterResult result, List<ClusterResult> all, Map<Integer, Double> peaks) {
        Double one = peaks.get(result.cores());
        Double many = peaks.get(result.cores() * result.executors());
        if (result.executors() == 1 || one == null || many == null) {
            return null;
        }
        return find(all, result.engine(), result.model(), 1)
                .map(single -> result.imagesPerSecond() / single.imagesPerSecond() / (many / one))
                .orElse(null);
    }

    private static Optional<ClusterResult> find(List<ClusterResult> all, Engine engine, String model, int executors) {
        return all.stream()
                .filter(each -> each.engine() == engine && each.model().equals(model) && each.executors() == executors)
                .findFirst();
    }
}
