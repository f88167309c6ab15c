package dev.lanewise.benchmarks.standalone;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The JVM of an executor, as Linux tells of it.
 *
 * @param executorId as in Spark's log and events
 */
public record ExecutorProcess(String applicationId, String executorId, ProcessHandle process) {

    private static final String BACKEND = "org.apache.spark.executor.CoarseGrainedExecutorBackend";

    /** Empty if the process is no executor, or has ended. */
    static Optional<ExecutorProcess> of(ProcessHandle process) {
        // Not from ProcessHandle.info(), which leaves long command lines out.
        List<String> arguments =
                read(process, "cmdline").map(line -> List.of(line.split("\0"))).orElse(List.of());
        if (!arguments.contains(BACKEND)) {
            return Optional.empty();
        }
        int application = arguments.indexOf("--app-id");
        int executor = arguments.indexOf("--executor-id");
        if (application < 0 || executor < 0) {
            return Optional.empty();
        }
        return Optional.of(new ExecutorProcess(arguments.get(application + 1), arguments.get(executor + 1), process));
    }

    /** What a process has used up to now, and what memory it holds at the moment. */
    public record Usage(Duration cpu, long residentBytes, long peakResidentBytes) {}

    /** Empty once it has ended. */
    public Optional<Usage> usage() {
        Optional<Duration> cpu = process.info().totalCpuDuration();
        Optional<String> status = read(process, "status");
        Optional<Long> resident = status.flatMap(text -> bytes(text, "VmRSS:"));
        Optional<Long> peak = status.flatMap(text -> bytes(text, "VmHWM:"));
        return cpu.isPresent() && resident.isPresent() && peak.isPresent()
                ? Optional.of(new Usage(cpu.get(), resident.get(), peak.get()))
                : Optional.empty();
    }

    /** As {@code kill -9} does. */
    public void kill() {
        process.destroyForcibly();
    }

    private static Optional<Long> bytes(String status, String field) {
        return status.lines()
                .filter(line -> line.startsWith(field))
                .map(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .findFirst();
    }

    private static Optional<String> read(ProcessHandle process, String file) {
        try {
            byte[] bytes = Files.readAllBytes(Path.of("/proc", Long.toString(process.pid()), file));
            return bytes.length == 0 ? Optional.empty() : Optional.of(new String(bytes, StandardCharsets.UTF_8));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
