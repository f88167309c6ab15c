package dev.lanewise.benchmarks.cluster;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lanewise.benchmarks.cluster.ClusterPlan.Installation;
import dev.lanewise.benchmarks.measure.FmaPeak;
import dev.lanewise.benchmarks.model.PeerAlone;
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
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

    private static final List<Engine> ALONE = List.of(Engine.NONE, Engine.LANEWISE);
    private static final List<Engine> WITH_PEER = List.of(Engine.NONE, Engine.LANEWISE, Engine.ORT);
    private static final int OUR_BATCH = 32;
    private static final List<Integer> PEER_BATCHES = List.of(1, 8, 32);
    private static final int TASKS_PER_CORE = 8;
    private static final int PEAK_SAMPLES = 400;

    private final ClusterPlan plan;
    private final Installation installation;
    private final Consumer<String> progress;
    private Path images;
    private int jobs;

    public ClusterRun(ClusterPlan plan, Installation installation, Consumer<String> progress) {
        this.plan = plan;
        this.images = plan.images();
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
                images = stored(cluster, executors);
                for (Path model : plan.models()) {
                    results.addAll(contest(cluster, model, executors));
                }
            }
        }
        return new ClusterReport(compared(results, peaks), peaks);
    }

    /** All engines in turn, as often as there are rounds: what slows the machine for a while meets all of them. */
    private List<ClusterResult> contest(StandaloneCluster cluster, Path model, int executors) throws IOException {
        Map<Engine, List<ClusterResult>> rounds = new EnumMap<>(Engine.class);
        List<Integer> peerBatches = PEER_BATCHES;
        List<PeerInference> alone = new ArrayList<>();
        for (int round = 0; round < plan.rounds(); round++) {
            String ours = "";
            for (Engine engine : plan.peer() ? WITH_PEER : ALONE) {
                List<Integer> batches = engine == Engine.ORT ? peerBatches : List.of(OUR_BATCH);
                String output = plan.folder().resolve("output-" + jobs).toString();
                ClusterResult result =
                        job(cluster, engine, model, executors, batches, engine == Engine.ORT ? ours : "");
                rounds.computeIfAbsent(engine, first -> new ArrayList<>()).add(result);
                if (engine == Engine.LANEWISE) {
                    ours = output + "/pass-1";
                } else if (engine == Engine.ORT) {
                    // What was best in the first round is not searched for again.
                    peerBatches = List.of(result.job().batch());
                    if (executors * plan.cores() == 1) {
                        alone.add(alone(model, result.job()));
                    }
                }
            }
        }
        PeerComparison comparison = plan.peer()
                ? PeerComparison.of(
                        rounds.getOrDefault(Engine.LANEWISE, List.of()), rounds.getOrDefault(Engine.ORT, List.of()))
                : null;
        PeerInference inference = alone.isEmpty() ? null : PeerInference.median(alone);
        return rounds.entrySet().stream()
                .map(entry -> median(entry.getValue())
                        .compared(
                                entry.getKey() == Engine.LANEWISE ? comparison : null,
                                entry.getKey() == Engine.ORT ? inference : null))
                .toList();
    }

    /** What the peer takes for the network when there is no Spark around it, right after it has been through Spark. */
    private PeerInference alone(Path model, JobAnswer job) {
        progress.accept("  the same network in " + Engine.ORT.label() + " alone");
        double task = 1e3 * job.inferSeconds() / Math.max(1, job.images() - job.invalid());
        double alone = PeerAlone.millis(model, job.batch());
        return new PeerInference(task, alone, task / alone);
    }

    private static ClusterResult median(List<ClusterResult> rounds) {
        return rounds.stream()
                .sorted(Comparator.comparingDouble(ClusterResult::imagesPerSecond))
                .toList()
                .get(rounds.size() / 2);
    }

    private ClusterResult job(
            StandaloneCluster cluster,
            Engine engine,
            Path model,
            int executors,
            List<Integer> batches,
            String compareWith)
            throws IOException {
        String name = model.getFileName().toString().replaceFirst("\\.onnx$", "");
        progress.accept(name + " on " + executors + ": " + engine.label());
        int number = jobs++;
        JobRequest request = new JobRequest(
                engine,
                model.toAbsolutePath().toString(),
                images.toAbsolutePath().toString(),
                plan.format(),
                plan.repeat(),
                plan.folder().resolve("output-" + number).toAbsolutePath().toString(),
                batches,
                compareWith);
        Path asked = plan.folder().resolve("job-" + number + ".json");
        Path answered = plan.folder().resolve("answer-" + number + ".json");
        JSON.writeValue(asked.toFile(), request);
        SubmittedApplication application =
                submit(cluster, ClusterJob.class, executors, List.of(asked.toString(), answered.toString()));
        ExecutorMonitor monitor = new ExecutorMonitor(cluster);
        watch(application, monitor);
        if (application.await(LONGEST) != 0 || !Files.exists(answered)) {
            throw new IOException("the job " + name + " with " + engine.label() + " failed: " + application.output());
        }
        JobAnswer answer = JSON.readValue(answered.toFile(), JobAnswer.class);
        if (answer.rows() != answer.expected() || answer.images() != answer.expected()) {
            throw new IOException(name + " with " + engine.label() + ": rows of " + answer.rows()
                    + " images were written, " + answer.images() + " images were scored, there are "
                    + answer.expected());
        }
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
                monitor.residentGrowth(answer.startMillis(), answer.endMillis()),
                null,
                null,
                null);
    }

    private SubmittedApplication submit(
            StandaloneCluster cluster, Class<?> application, int executors, List<String> arguments) throws IOException {
        return cluster.submit(
                new Submission(
                        application.getName(),
                        installation.application(),
                        installation.jars(),
                        settings(executors),
                        arguments),
                List.of("-Xmx1g"));
    }

    /** What the jobs read: the files themselves, or what one job makes of them. */
    private Path stored(StandaloneCluster cluster, int executors) throws IOException {
        Path table = plan.folder().resolve("table");
        if (plan.format() == ImageStore.FILES || Files.isDirectory(table)) {
            return plan.format() == ImageStore.FILES ? plan.images() : table;
        }
        progress.accept("writing the images to Parquet");
        SubmittedApplication application = submit(
                cluster, ImageTable.class, executors, List.of(plan.images().toString(), table.toString()));
        if (application.await(LONGEST) != 0) {
            throw new IOException("writing the images to Parquet failed: " + application.output());
        }
        return table;
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
                "-XX:+UseG1GC -XX:+UseTransparentHugePages"));
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
                .map(result -> result.scaled(scaling(result, results, peaks)))
                .toList();
    }

    /** By what the cores themselves scale: those of one machine share its power and its caches. */
    private static @Nullable Double scaling(ClusterResult result, List<ClusterResult> all, Map<Integer, Double> peaks) {
        Double one = peaks.get(result.cores());
        Double many = peaks.get(result.cores() * result.executors());
        if (result.executors() == 1 || one == null || many == null) {
            return null;
        }
        return all.stream()
                .filter(each -> each.engine() == result.engine()
                        && each.model().equals(result.model())
                        && each.executors() == 1)
                .findFirst()
                .map(single -> result.imagesPerSecond() / single.imagesPerSecond() / (many / one))
                .orElse(null);
    }
}
