package dev.lanewise.cli.scoring;

import dev.lanewise.arrow.preprocess.Preprocessing;
import dev.lanewise.spark.HandleInvalid;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a user asks to be scored, as given on the command line.
 *
 * @param input a folder, a file or a pattern, on any file system that Hadoop knows
 * @param output a folder on any file system that Hadoop knows
 * @param resume whether to go on where an earlier run into the same output has stopped
 * @param chunkSize the most images that are committed at once; null for the default
 * @param labels the file with the names of the classes; null to number them
 * @param html where to write the page; null for none
 * @param batchSize null for the default
 * @param maxBatchBytes null for the default
 * @param maxPixels null for the default
 * @param threads null for the CPUs of a task
 * @param master null for the one that SparkSubmit has set, or all cores of this machine
 */
public record ScoringRequest(
        String model,
        String input,
        String output,
        OutputFormat format,
        boolean overwrite,
        boolean resume,
        @Nullable Integer chunkSize,
        @Nullable Path labels,
        int topK,
        @Nullable Path html,
        Preprocessing preprocessing,
        HandleInvalid handleInvalid,
        @Nullable Integer batchSize,
        @Nullable Long maxBatchBytes,
        @Nullable Long maxPixels,
        @Nullable Integer threads,
        @Nullable String master) {}
