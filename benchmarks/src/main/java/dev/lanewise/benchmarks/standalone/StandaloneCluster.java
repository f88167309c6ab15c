package dev.lanewise.benchmarks.standalone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/**
 * A Spark standalone cluster of this machine: a master and workers, each a process of its own, on ports that the system
 * gives. Every worker has a loopback address of its own, 127.0.0.1 and upwards: Spark takes them for so many hosts, without
 * which it would start no speculative attempt. (Linux has all of 127.0.0.0/8; other systems need their addresses set up.) All that it starts ends with {@link #close}, or else with this JVM.
 */
public final class StandaloneCluster implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(90);
    private static final String HOST = "127.0.0.1";
    private static final String HOSTS = "127.0.0.";
    private static final Pattern MASTER_PORT = Pattern.compile("started service 'sparkMaster' on port (\\d+)");
    private static final Pattern MASTER_PAGE = Pattern.compile("started service 'MasterUI' on port (\\d+)");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Master and worker only pass messages on: a small heap does, and the second compiler would cost more than it gives. */
    private static final List<String> DAEMON = List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    private final SparkHome home;
    private final Path folder;
    private final Worker size;
    private final HttpClient http = HttpClient.newHttpClient();
    private final List<SparkProcess> processes = new ArrayList<>();
    private final List<SparkProcess> workers = new ArrayList<>();
    private final Thread atExit = new Thread(this::endAtOnce, "end of the Spark cluster");
    private String master = "";
    private String page = "";
    private int applications;

    private StandaloneCluster(SparkHome home, Path folder, Worker size) {
        this.home = home;
        this.folder = folder;
        this.size = size;
    }

    /** What a worker offers to executors. */
    public record Worker(int cores, int megabytes) {}

    /**
     * Starts a master and workers and waits until all of them are registered.
     *
     * @param folder for logs and for the workers' files; made if it is not there
     * @throws IOException if it does not get up; the message has the log's end
     */
    public static StandaloneCluster start(SparkHome home, Path folder, int workers, Worker size) throws IOException {
        StandaloneCluster cluster = new StandaloneCluster(home, Files.createDirectories(folder), size);
        Runtime.getRuntime().addShutdownHook(cluster.atExit);
        try {
            cluster.startMaster();
            for (int worker = 0; worker < workers; worker++) {
                cluster.startWorker();
            }
            cluster.awaitWorkers(workers);
            return cluster;
        } catch (IOException | RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    /** As {@code --master} takes it: {@code spark://127.0.0.1:41234}. */
    public String master() {
        return master;
    }

    public SparkHome home() {
        return home;
    }

    /** Starts one worker more. */
    public void startWorker() throws IOException {
        int number = workers.size();
        Path work = Files.createDirectories(folder.resolve("work-" + number));
        String host = HOSTS + (1 + number);
        List<String> arguments = List.of(
                "--host",
                host,
                "--port",
                "0",
                "--webui-port",
                "0",
                "--cores",
                Integer.toString(size.cores()),
                "--memory",
                size.megabytes() + "m",
                "--work-dir",
                work.toString(),
                master);
        workers.add(start("worker-" + number, host, "org.apache.spark.deploy.worker.Worker", arguments));
    }

    /** Waits until so many workers are registered and alive. */
    public void awaitWorkers(int count) throws IOException {
        long deadline = System.nanoTime() + START.toNanos();
        while (livingWorkers() != count) {
            for (SparkProcess worker : workers) {
                if (livingWorkers() < count && !worker.isAlive() && workers.size() <= count) {
                    throw new IOException("a worker has ended; its log ends with:\n" + worker.logTail());
                }
            }
            if (System.nanoTime() > deadline) {
                throw new IOException("the master has not " + count + " living workers in " + START);
            }
            SparkProcess.pause();
        }
    }

    /** The executors that run now, on all workers or on one. */
    public synchronized List<ExecutorProcess> executors() {
        return workers.stream().flatMap(worker -> executors(worker).stream()).toList();
    }

    /** The executors of a worker, by its number from 0. */
    public synchronized List<ExecutorProcess> executors(int worker) {
        return executors(workers.get(worker));
    }

    /** Ends a worker as {@code kill -9} does; its executors find out by themselves. */
    public void killWorker(int number) {
        workers.get(number).kill();
    }

    /**
     * Starts a driver on this machine, as {@code spark-submit} does in client mode.
     *
     * @param driverOptions of its JVM, such as {@code -Xmx1g}
     */
    public synchronized SubmittedApplication submit(Submission submission, List<String> driverOptions)
            throws IOException {
        Map<String, String> settings = new HashMap<>(Map.of(
                "spark.driver.host", HOST,
                "spark.driver.bindAddress", HOST,
                "spark.ui.enabled", "false"));
        settings.putAll(submission.settings());
        Submission local = new Submission(
                submission.mainClass(),
                submission.applicationJar(),
                submission.jars(),
                settings,
                submission.arguments());
        List<String> command =
                home.command(driverOptions, "org.apache.spark.deploy.SparkSubmit", local.submitArguments(master));
        return new SubmittedApplication(launch("driver-" + applications++, HOST, command));
    }

    /** What the master's page says. */
    public JsonNode state() throws IOException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(page)).timeout(START).build();
        try {
            return JSON.readTree(
                    http.send(request, HttpResponse.BodyHandlers.ofString()).body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the master was asked", e);
        }
    }

    /** The logs of all processes, and what the executors wrote, for a message about what went wrong. */
    public String logs() {
        StringBuilder text = new StringBuilder();
        processes.forEach(process -> text.append("== ")
                .append(process.log())
                .append('\n')
                .append(process.logTail())
                .append('\n'));
        return text.toString();
    }

    @Override
    public void close() {
        List<SparkProcess> last = reversed();
        last.forEach(SparkProcess::end);
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // This JVM is ending; the hook has nothing left to do.
            return;
        }
    }

    private void endAtOnce() {
        reversed().forEach(SparkProcess::endAtOnce);
    }

    /** Drivers first, the master last: nobody is to be missed by those that still run. */
    private synchronized List<SparkProcess> reversed() {
        List<SparkProcess> reversed = new ArrayList<>();
        processes.forEach(process -> reversed.add(0, process));
        return reversed;
    }

    private void startMaster() throws IOException {
        SparkProcess process = start(
                "master",
                HOST,
                "org.apache.spark.deploy.master.Master",
                List.of("--host", HOST, "--port", "0", "--webui-port", "0"));
        master = "spark://" + HOST + ":" + process.await(MASTER_PORT, START).group(1);
        page = "http://" + HOST + ":" + process.await(MASTER_PAGE, START).group(1) + "/json/";
    }

    private long livingWorkers() throws IOException {
        return StreamSupport.stream(state().path("workers").spliterator(), false)
                .filter(worker -> worker.path("state").asText().equals("ALIVE"))
                .count();
    }

    private SparkProcess start(String name, String host, String mainClass, List<String> arguments) throws IOException {
        List<String> options = new ArrayList<>(DAEMON);
        // A dead worker is to be missed soon.
        options.add("-Dspark.worker.timeout=10");
        options.add("-Dspark.master.ui.killEnabled=false");
        return launch(name, host, home.command(options, mainClass, arguments));
    }

    private synchronized SparkProcess launch(String name, String host, List<String> command) throws IOException {
        SparkProcess process = SparkProcess.start(name, command, home.environment(host), folder.resolve(name + ".log"));
        processes.add(process);
        return process;
    }

    private static List<ExecutorProcess> executors(SparkProcess worker) {
        return worker.descendants().stream()
                .map(ExecutorProcess::of)
                .flatMap(Optional::stream)
                .toList();
    }
}
