package dev.lanewise.integration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What Spark has noted of an application that has ended: which tasks ran where, and what became of its executors. */
record EventLog(List<JsonNode> events) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** The settings that make a driver write it. */
    static Map<String, String> settings(Path folder) {
        return Map.of(
                "spark.eventLog.enabled", "true",
                "spark.eventLog.dir", folder.toUri().toString(),
                "spark.eventLog.compress", "false",
                "spark.eventLog.rolling.enabled", "false");
    }

    /** The only log in a folder. */
    static EventLog read(Path folder) throws IOException {
        List<JsonNode> events = new ArrayList<>();
        try (Stream<Path> logs = Files.list(folder)) {
            List<Path> files = logs.filter(
                            file -> !file.getFileName().toString().startsWith("."))
                    .toList();
            if (files.size() != 1) {
                throw new IOException("not one event log, but " + files);
            }
            for (String line : Files.readAllLines(files.get(0))) {
                events.add(JSON.readTree(line));
            }
        }
        return new EventLog(events);
    }

    /**
     * One attempt at a task.
     *
     * @param written rows that it wrote
     */
    record Attempt(
            int partition,
            int number,
            String executor,
            boolean speculative,
            long finished,
            String reason,
            long written) {

        boolean succeeded() {
            return reason.equals("Success");
        }
    }

    List<Attempt> attempts() {
        return of("SparkListenerTaskEnd")
                .map(event -> {
                    JsonNode task = event.path("Task Info");
                    return new Attempt(
                            task.path("Index").asInt(),
                            task.path("Attempt").asInt(),
                            task.path("Executor ID").asText(),
                            task.path("Speculative").asBoolean(),
                            task.path("Finish Time").asLong(),
                            event.path("Task End Reason").path("Reason").asText(),
                            event.path("Task Metrics")
                                    .path("Output Metrics")
                                    .path("Records Written")
                                    .asLong());
                })
                .toList();
    }

    /** An executor that was lost, and when. */
    record Loss(String executor, long time, String reason) {}

    List<Loss> losses() {
        return of("SparkListenerExecutorRemoved")
                .map(event -> new Loss(
                        event.path("Executor ID").asText(),
                        event.path("Timestamp").asLong(),
                        event.path("Removed Reason").asText()))
                .toList();
    }

    private Stream<JsonNode> of(String type) {
        return events.stream().filter(event -> event.path("Event").asText().equals(type));
    }
}
