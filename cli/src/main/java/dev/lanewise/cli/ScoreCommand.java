package dev.lanewise.cli;

import dev.lanewise.arrow.score.ScoringOptions;
import dev.lanewise.cli.scoring.OutputFormat;
import dev.lanewise.cli.scoring.ScoringRequest;
import dev.lanewise.spark.HandleInvalid;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lanewise score}: a folder of images through a network, on Spark. */
@Command(
        name = "score",
        description = "Scores a folder of images with an ONNX model, on Spark.",
        customSynopsis = "lanewise score --model FILE --input DIR_OR_GLOB --output DIR [OPTIONS]",
        footer = {
            "",
            "Writes one row for every image, with the columns path, prediction, label, probability, top and error,"
                    + " and ends with the line 'scored N images, N invalid, S s, R images/s'.",
            "",
            "Examples:",
            "  lanewise score --model resnext50.onnx --input photos --output scores",
            "  lanewise score --model fashion.onnx --input 'images/*.png' --output scores \\",
            "      --preset unit --mean 0.286 --std 0.353 --labels classes.txt --html page.html",
            "  lanewise score --model hdfs:///resnext50.onnx --input hdfs:///photos \\",
            "      --output hdfs:///scores --master yarn"
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class ScoreCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--model",
            paramLabel = "FILE",
            required = true,
            description = "The ONNX model, on any file system that Hadoop knows; without a scheme, a file of this"
                    + " machine if it exists, otherwise one of Hadoop's default file system.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String model;

    @Option(
            names = "--input",
            paramLabel = "DIR_OR_GLOB",
            required = true,
            description = "The images: a folder (its folders included), a file, or a pattern such as 'photos/*.jpg'."
                    + " Names that begin with '.' or '_' are left out, as Spark does.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String input;

    @Option(names = "--output", paramLabel = "DIR", required = true, description = "The folder for the result.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String output;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "parquet",
            description = "parquet, json or csv, where 'top' is a JSON string (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private OutputFormat format;

    @Option(names = "--overwrite", description = "Replace the output folder if it exists.")
    private boolean overwrite;

    @Option(
            names = "--resume",
            description =
                    "Go on where an earlier run into the same folder has stopped: score only the images that it has"
                            + " not committed. The model and all options that change a row must be the same.")
    private boolean resume;

    @Option(
            names = "--chunk-size",
            paramLabel = "N",
            description = "The most images that are committed at once, and lost at worst if the run is cut off"
                    + " (default: 2,000 for each core, at least 10,000).")
    private @Nullable Integer chunkSize;

    @Option(
            names = "--labels",
            paramLabel = "FILE",
            description = "The names of the classes, one a line (default: their numbers).")
    private @Nullable Path labels;

    @Option(
            names = "--top-k",
            paramLabel = "K",
            defaultValue = "5",
            description = "How many of the best classes to write for each image (default: ${DEFAULT-VALUE}).")
    private int topK;

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "Also write a page that shows the images, those that failed or are least certain first.")
    private @Nullable Path html;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private PreprocessingOptions preprocessing;

    @Option(
            names = "--handle-invalid",
            paramLabel = "MODE",
            defaultValue = "keep",
            description = "An image that cannot be scored: keep its row with the error, skip it, or stop with an error"
                    + " (keep, skip, error; default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private HandleInvalid handleInvalid;

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            description = "The most images that a task has in memory at once (default: "
                    + ScoringOptions.DEFAULT_BATCH_SIZE + ").")
    private @Nullable Integer batchSize;

    @Option(
            names = "--max-batch-bytes",
            paramLabel = "BYTES",
            description = "The most bytes of a batch's images, as given and as prepared, together (default: "
                    + ScoringOptions.DEFAULT_MAX_BATCH_BYTES + ").")
    private @Nullable Long maxBatchBytes;

    @Option(
            names = "--max-pixels",
            paramLabel = "N",
            description = "The most pixels of an image; a larger one is not decoded, and cannot be scored"
                    + " (default: 100,000,000).")
    private @Nullable Long maxPixels;

    @Option(names = "--threads", paramLabel = "N", description = "Threads of one Spark task (default: its CPUs).")
    private @Nullable Integer threads;

    @Option(
            names = "--master",
            paramLabel = "URL",
            description = "The Spark cluster, such as spark://host:7077 or yarn (default: all cores of this machine).")
    private @Nullable String master;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommonOptions common;

    @Override
    public Integer call() throws IOException {
        ScoringRequest request = request();
        PrintWriter out = spec.commandLine().getOut();
        new Scoring(request, "Scored images", null, spec, common.verbose())
                .run(outcome -> out.println(outcome.summary()));
        return 0;
    }

    private ScoringRequest request() {
        requirePositive("--top-k", topK);
        requirePositive("--batch-size", batchSize);
        requirePositive("--max-batch-bytes", maxBatchBytes);
        requirePositive("--max-pixels", maxPixels);
        requirePositive("--chunk-size", chunkSize);
        if (resume && overwrite) {
            throw new ParameterException(
                    spec.commandLine(), "--resume keeps what is there and --overwrite deletes it; give one of them");
        }
        requirePositive("--threads", threads);
        return new ScoringRequest(
                model,
                input,
                output,
                format,
                overwrite,
                resume,
                chunkSize,
                labels,
                topK,
                html,
                preprocessing.preprocessing(),
                handleInvalid,
                batchSize,
                maxBatchBytes,
                maxPixels,
                threads,
                master);
    }

    private void requirePositive(String option, @Nullable Number value) {
        if (value != null && value.longValue() < 1) {
            throw new ParameterException(spec.commandLine(), option + " must be at least 1, not " + value);
        }
    }
}
