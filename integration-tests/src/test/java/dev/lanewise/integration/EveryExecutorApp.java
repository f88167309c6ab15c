package dev.lanewise.integration;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.udf;

import dev.lanewise.arrow.score.ScoringOptions;
import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.tune.ConvolutionSelector;
import dev.lanewise.spark.ImageFolders;
import dev.lanewise.spark.ImageInference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkEnv;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF0;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.storage.BlockId;
import org.apache.spark.storage.BroadcastBlockId;
import scala.jdk.javaapi.CollectionConverters;

/** A user's program: lets each of two executors score all images by every door, and tells what these executors are. */
public final class EveryExecutorApp {

    private static final int EXECUTORS = 2;

    private EveryExecutorApp() {}

    /** Arguments: the model, the folder of images, the file for what became of them. */
    public static void main(String[] arguments) throws IOException {
        try (SparkSession session = SparkSession.builder().getOrCreate()) {
            Files.write(Path.of(arguments[2]), scoreOnEach(session, arguments[0], arguments[1]));
        }
    }

    static List<String> score(SparkSession session, String model, String folder) {
        return ScoreLines.of(
                ImageInference.of(Doors.options(model).build())
                        .transform(ImageFolders.read(session, folder))
                        .collectAsList(),
                "path");
    }

    /**
     * As many tasks as executors, each with all images, and in each executor room for one of them.
     *
     * @return per score: the door, what {@link #describeExecutor} says, and the row as {@link ScoreLines} writes it
     */
    private static List<String> scoreOnEach(SparkSession session, String model, String folder) {
        Dataset<Row> copies = session.range(0, EXECUTORS, 1, EXECUTORS)
                .toDF("copy")
                .crossJoin(broadcast(ImageFolders.read(session, folder)));
        UDF0<String> executor = EveryExecutorApp::describeExecutor;
        List<String> lines = new ArrayList<>();
        Doors.of(session, model, ScoringOptions.DEFAULT_BATCH_SIZE, 1).forEach((door, scored) -> {
            for (Row row : scored.apply(copies)
                    .withColumn(
                            "executor",
                            udf(executor, DataTypes.StringType)
                                    .asNondeterministic()
                                    .apply())
                    .collectAsList()) {
                lines.add(door + " " + row.getAs("executor") + " "
                        + ScoreLines.of(List.of(row), "path").get(0));
            }
        });
        return lines;
    }

    /**
     * The executor's id, the bits of its vectors (0 if it has none), the convolutions for which it took plain loops instead,
     * and the blocks of the largest broadcast that it has received.
     */
    private static String describeExecutor() {
        SparkEnv environment = SparkEnv.get();
        Map<Long, Integer> blocks = new HashMap<>();
        for (BlockId block :
                CollectionConverters.asJava(environment.blockManager().getMatchingBlockIds(BlockId::isBroadcast))) {
            if (block instanceof BroadcastBlockId piece && piece.field().startsWith("piece")) {
                blocks.merge(piece.broadcastId(), 1, Integer::sum);
            }
        }
        return environment.executorId() + " "
                + VectorWidth.preferred().map(VectorWidth::bits).orElse(0) + " "
                + ConvolutionSelector.scalarFallbacks() + " "
                + blocks.values().stream().mapToInt(count -> count).max().orElse(0);
    }
}
