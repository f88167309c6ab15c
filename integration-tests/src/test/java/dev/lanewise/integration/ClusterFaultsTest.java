package dev.lanewise.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.benchmarks.standalone.ExecutorProcess;
import dev.lanewise.benchmarks.standalone.SparkHome;
import dev.lanewise.benchmarks.standalone.StandaloneCluster;
import dev.lanewise.benchmarks.standalone.Submission;
import dev.lanewise.benchmarks.standalone.SubmittedApplication;
import dev.lanewise.integration.EventLog.Attempt;
import dev.lanewise.integration.EventLog.Loss;
import dev.lanewise.integration.GatedApp.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Faults on a standalone cluster of two workers with a core each. Every test shows that its fault has struck, and that the
 * committed output then holds every image once, with the bits of a quiet run. One image in a hundred is corrupt throughout.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(600)
class ClusterFaultsTest {

    private static final Duration PATIENCE = Duration.ofMinutes(8);
    private static final int PARTITIONS = 6;
    private static final long BATCH_BYTES = 1 << 20;

    private final Path folder;
    private final Path images;
    private Path jar = Path.of("");
    private StandaloneCluster cluster;
    private List<String> quiet = List.of();

    ClusterFaultsTest(@TempDir Path folder) {
        this.folder = folder;
        this.images = folder.resolve("images");
    }

    @BeforeAll
    void scoreInPeace() throws Exception {
        Files.createDirectories(images);
        int number = 0;
        for (Map.Entry<String, byte[]> image : FashionMnist.images().entrySet()) {
            byte[] bytes = image.getValue();
            boolean corrupt = number++ % 100 == 17;
            Files.write(images.resolve(image.getKey()), corrupt ? Arrays.copyOf(bytes, bytes.length / 2) : bytes);
        }
        jar = ApplicationJar.write(folder.resolve("app.jar"), GatedApp.classes().toArray(Class[]::new));
        cluster = StandaloneCluster.start(
                new SparkHome(Launcher.DISTRIBUTION.resolve("lib/spark")),
                folder.resolve("cluster"),
                2,
                new StandaloneCluster.Worker(1, 640));
        Run run = start("quiet", Fault.NONE, Map.of(), BATCH_BYTES);
        assertEquals(0, run.end(), run::output);
        quiet = run.lines();
        assertEquals(1000, quiet.size());
        assertEquals(10, quiet.stream().filter(line -> line.contains(" error ")).count());
        assertTrue(run.events().losses().isEmpty(), () -> "lost: " + losses(run));
        assertEquals(PARTITIONS, run.events().attempts().size());
    }

    @AfterAll
    void endTheCluster() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    @Order(1)
    void anExecutorKilledInTheMiddleCostsNoRow() throws Exception {
        Run run = start("executor", Fault.WAIT_AT_THE_GATE, Map.of(), BATCH_BYTES);
        String lost = run.awaitGateAndATaskDone();
        ExecutorProcess victim = cluster.executors().stream()
                .filter(executor -> executor.executorId().equals(lost))
                .findFirst()
                .orElseThrow();
        victim.kill();
        run.openGate();

        assertEquals(0, run.end(), run::output);
        assertLostAndRetried(run.events(), lost);
        assertEquals(quiet, run.lines());
    }

    @Test
    @Order(2)
    void aTaskThatFailsOnceIsDoneAgain() throws Exception {
        Run run = start("task", Fault.FAIL_ONCE, Map.of(), BATCH_BYTES);

        assertEquals(0, run.end(), run::output);
        List<Attempt> attempts = run.events().attempts();
        assertTrue(
                attempts.stream()
                        .anyMatch(task -> task.partition() == 2
                                && task.number() == 0
                                && task.reason().equals("ExceptionFailure")),
                attempts::toString);
        assertTrue(
                attempts.stream().anyMatch(task -> task.partition() == 2 && task.number() == 1 && task.succeeded()),
                attempts::toString);
        assertEquals(quiet, run.lines());
    }

    @Test
    @Order(3)
    void aSpeculativeAttemptAddsNoRow() throws Exception {
        Map<String, String> speculation = Map.of(
                "spark.speculation", "true",
                "spark.speculation.interval", "100ms",
                "spark.speculation.multiplier", "1.1",
                "spark.speculation.quantile", "0.5",
                "spark.speculation.minTaskRuntime", "200ms");
        Run run = start("speculation", Fault.HANG_ONCE, speculation, BATCH_BYTES);

        assertEquals(0, run.end(), run::output);
        // The application may end before the first attempt has told that it was killed.
        String hung = Files.readString(run.gate().resolve("waiting-3"));
        List<Attempt> attempts = run.events().attempts();
        assertTrue(
                attempts.stream()
                        .anyMatch(task -> task.partition() == 3
                                && task.speculative()
                                && task.succeeded()
                                && !task.executor().equals(hung)),
                () -> "hung on " + hung + ": " + attempts);
        assertTrue(
                attempts.stream().noneMatch(task -> task.partition() == 3 && task.number() == 0 && task.succeeded()),
                attempts::toString);
        assertEquals(quiet, run.lines());
    }

    @Test
    @Order(4)
    void anExecutorTooSmallForItsBatchIsRefusedAtOnce() throws Exception {
        Run run = start("small", Fault.NONE, Map.of("spark.executor.memory", "480m"), 8L << 30);

        assertEquals(1, run.end(), run::output);
        String refusal = "does not fit into executors with 480.0 MiB of heap";
        assertEquals(1, run.output().split(refusal, -1).length - 1, run::output);
        assertTrue(run.output().contains("raise spark.executor.memory to "), run::output);
        assertEquals(List.of(), run.events().attempts());
        assertTrue(run.events().losses().isEmpty(), () -> "lost: " + losses(run));
        assertFalse(Files.exists(run.scores()));
    }

    /** Last: the cluster is one worker short then. */
    @Test
    @Order(9)
    void aKilledWorkerCostsNoRow() throws Exception {
        Run run = start("worker", Fault.WAIT_AT_THE_GATE, Map.of(), BATCH_BYTES);
        String lost = run.awaitGateAndATaskDone();
        int worker = cluster.executors(0).stream()
                        .anyMatch(executor -> executor.executorId().equals(lost))
                ? 0
                : 1;
        cluster.killWorker(worker);
        cluster.awaitWorkers(1);
        run.openGate();

        assertEquals(0, run.end(), run::output);
        assertLostAndRetried(run.events(), lost);
        assertEquals(quiet, run.lines());
    }

    /** At least one task was done before the executor was lost, and one that it lost was done elsewhere after. */
    private static void assertLostAndRetried(EventLog events, String executor) {
        Loss loss = events.losses().stream()
                .filter(removed -> removed.executor().equals(executor))
                .findFirst()
                .orElseThrow(() -> new AssertionError("executor " + executor + " was not lost: " + events.losses()));
        List<Attempt> attempts = events.attempts();
        assertTrue(
                attempts.stream().anyMatch(task -> task.succeeded() && task.finished() <= loss.time()),
                () -> "no task was done before " + loss + ": " + attempts);
        List<Integer> failed = attempts.stream()
                .filter(task -> task.executor().equals(executor) && !task.succeeded())
                .map(Attempt::partition)
                .toList();
        assertTrue(!failed.isEmpty(), () -> "no task was lost with " + loss + ": " + attempts);
        for (int partition : failed) {
            assertTrue(
                    attempts.stream()
                            .anyMatch(task -> task.partition() == partition
                                    && task.number() > 0
                                    && task.succeeded()
                                    && task.finished() >= loss.time()
                                    && !task.executor().equals(executor)),
                    () -> "partition " + partition + " was not done again: " + attempts);
        }
    }

    private static String losses(Run run) {
        try {
            return run.events().losses().toString();
        } catch (IOException e) {
            return e.toString();
        }
    }

    private Run start(String name, Fault fault, Map<String, String> more, long batchBytes) throws IOException {
        Path own = Files.createDirectories(folder.resolve(name));
        Path gate = Files.createDirectories(own.resolve("gate"));
        Path events = Files.createDirectories(own.resolve("events"));
        Map<String, String> settings = new HashMap<>(EventLog.settings(events));
        settings.putAll(Map.of(
                "spark.executor.memory", "512m",
                "spark.executor.extraJavaOptions", ClusterTest.QUICK_START,
                "spark.sql.files.minPartitionNum", Integer.toString(PARTITIONS),
                "spark.sql.files.openCostInBytes", "64KB",
                "spark.locality.wait", "0"));
        settings.putAll(more);
        Submission submission = new Submission(
                GatedApp.class.getName(),
                jar,
                List.of(BundleTest.BUNDLE),
                settings,
                List.of(
                        FashionMnist.MODEL.toString(),
                        images.toString(),
                        own.resolve("scores").toString(),
                        gate.toString(),
                        fault.name(),
                        Long.toString(batchBytes)));
        return new Run(
                cluster.submit(submission, List.of("-Xmx768m", ClusterTest.QUICK_START)),
                own.resolve("scores"),
                gate,
                events);
    }

    /** A submitted run and where it leaves its traces. */
    private record Run(SubmittedApplication application, Path scores, Path gate, Path eventFolder) {

        /**
         * Waits until partitions 1 and 2 wait at the gate and a task has committed its rows: that of partition 0, the only one
         * that does not wait. Every executor has one core, so that the driver knows by then that it is done: another task
         * has followed it.
         *
         * @return the executor on which partition 1 waits
         */
        String awaitGateAndATaskDone() throws IOException, InterruptedException {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (!waits(1) || !waits(2) || committedTasks() == 0) {
                assertTrue(application.isAlive(), application::output);
                assertTrue(System.nanoTime() < deadline, () -> "no task reached the gate:\n" + output());
                Thread.sleep(20);
            }
            return Files.readString(gate.resolve("waiting-1"));
        }

        private boolean waits(int partition) throws IOException {
            Path waiting = gate.resolve("waiting-" + partition);
            return Files.exists(waiting) && Files.size(waiting) > 0;
        }

        private long committedTasks() throws IOException {
            Path attempt = scores.resolve("_temporary/0");
            if (!Files.isDirectory(attempt)) {
                return 0;
            }
            try (Stream<Path> children = Files.list(attempt)) {
                return children.filter(child -> child.getFileName().toString().startsWith("task_"))
                        .count();
            }
        }

        void openGate() throws IOException {
            Files.createFile(gate.resolve("open"));
        }

        int end() throws IOException {
            return application.await(PATIENCE);
        }

        String output() {
            return application.output();
        }

        EventLog events() throws IOException {
            return EventLog.read(eventFolder);
        }

        List<String> lines() {
            return ScoreLines.of(
                    LocalSpark.session().read().parquet(scores.toString()).collectAsList(), "path");
        }
    }
}
