package dev.lanewise.integration;

import dev.lanewise.arrow.preprocess.Preprocessing;
import dev.lanewise.spark.ImageFolders;
import dev.lanewise.spark.ImageInference;
import dev.lanewise.spark.InferenceOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Set;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A user's program that scores a folder into Parquet, and whose tasks stop half-way at a gate, so that a test can strike at
 * a moment that it knows.
 */
public final class GatedApp {

    /** Nobody waits longer: a gate that is forgotten must not hang the build. */
    private static final int PATIENCE_SECONDS = 120;

    private GatedApp() {}

    /** What tasks do in the middle of their rows. */
    public enum Fault {
        NONE,
        /** The first attempts of all partitions but the first wait for the gate. */
        WAIT_AT_THE_GATE,
        /** The first attempt of partition 3 waits until it is killed. */
        HANG_ONCE,
        /** The first attempt of partition 2 fails. */
        FAIL_ONCE
    }

    /** Arguments: the model, the folder of images, the output, the gate's folder, a {@link Fault}, the batch's bytes. */
    public static void main(String[] arguments) throws IOException {
        long maxBatchBytes = Long.parseLong(arguments[5]);
        try (SparkSession session = SparkSession.builder().getOrCreate()) {
            ImageInference inference = ImageInference.of(InferenceOptions.builder()
                    .modelPath(arguments[0])
                    .preprocessing(
                            Preprocessing.preset("unit").withMean(0.2860f).withStd(0.3530f))
                    .dropInput(true)
                    .batchSize((int) Math.min(1_000_000, Math.max(16, maxBatchBytes >> 10)))
                    .maxBatchBytes(maxBatchBytes)
                    .build());
            Dataset<Row> scored = inference.transform(ImageFolders.read(session, arguments[1]));
            scored.mapPartitions(gate(arguments[3], Fault.valueOf(arguments[4])), Encoders.row(scored.schema()))
                    .write()
                    .parquet(arguments[2]);
        }
    }

    private static MapPartitionsFunction<Row, Row> gate(String folder, Fault fault) {
        return rows -> new Iterator<>() {
            private int passed;

            @Override
            public boolean hasNext() {
                return rows.hasNext();
            }

            @Override
            public Row next() {
                if (++passed == 20) {
                    strike(Path.of(folder), fault);
                }
                return rows.next();
            }
        };
    }

    private static void strike(Path folder, Fault fault) {
        TaskContext task = TaskContext.get();
        if (task.attemptNumber() > 0) {
            return;
        }
        if (fault == Fault.FAIL_ONCE && task.partitionId() == 2) {
            throw new IllegalStateException("a fault that the test has made");
        }
        boolean hangs = fault == Fault.HANG_ONCE && task.partitionId() == 3;
        boolean waits = fault == Fault.WAIT_AT_THE_GATE && task.partitionId() > 0;
        if (hangs || waits) {
            await(folder, task, hangs ? "never" : "open");
        }
    }

    private static void await(Path folder, TaskContext task, String gate) {
        try {
            Files.writeString(
                    folder.resolve("waiting-" + task.partitionId()),
                    SparkEnv.get().executorId());
            long deadline = System.nanoTime() + PATIENCE_SECONDS * 1_000_000_000L;
            while (!Files.exists(folder.resolve(gate))) {
                if (task.isInterrupted()) {
                    throw new TaskKilledException("killed at the gate");
                }
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("nobody has opened the gate " + folder);
                }
                Thread.sleep(20);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TaskKilledException("interrupted at the gate");
        }
    }

    /** The classes that a jar of this program needs. */
    static Set<Class<?>> classes() throws ClassNotFoundException {
        return Set.of(GatedApp.class, Fault.class, Class.forName(GatedApp.class.getName() + "$1"));
    }
}
