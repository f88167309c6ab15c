package dev.lanewise.cli.scoring;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.from_json;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;

import dev.lanewise.cli.scoring.ScoredImage.RankedClass;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The scores as they were written: what a summary or a page needs of them, without scoring again. */
public final class ScoredDataset {

    private static final StructType TOP_ELEMENT = new StructType()
            .add("index", DataTypes.IntegerType)
            .add("label", DataTypes.StringType)
            .add("probability", DataTypes.FloatType);

    private static final StructType SCHEMA = new StructType()
            .add("path", DataTypes.StringType)
            .add("prediction", DataTypes.IntegerType)
            .add("label", DataTypes.StringType)
            .add("probability", DataTypes.FloatType)
            .add("top", DataTypes.createArrayType(TOP_ELEMENT))
            .add("error", DataTypes.StringType);

    private final Dataset<Row> rows;

    private ScoredDataset(Dataset<Row> rows) {
        this.rows = rows;
    }

    static ScoredDataset read(SparkSession session, Path folder, OutputFormat format) {
        StructType stored = format == OutputFormat.CSV ? withTopAsText() : SCHEMA;
        Dataset<Row> rows = session.read()
                .schema(stored)
                .format(format.sparkName())
                .options(options(format))
                .load(StoredImages.literal(folder));
        if (format == OutputFormat.CSV) {
            rows = rows.withColumn("top", from_json(col("top"), DataTypes.createArrayType(TOP_ELEMENT)));
        }
        return new ScoredDataset(rows);
    }

    /** How the format is written and read. */
    static Map<String, String> options(OutputFormat format) {
        return switch (format) {
            case PARQUET -> Map.of();
            // Every row has every column, also those that are null.
            case JSON -> Map.of("ignoreNullFields", "false");
            // Quotes are doubled, as RFC 4180 has it, not escaped by a backslash.
            // Spaces around a value are part of it: paths may begin and end with them.
            case CSV ->
                Map.of(
                        "header", "true",
                        "escape", "\"",
                        "multiLine", "true",
                        "ignoreLeadingWhiteSpace", "false",
                        "ignoreTrailingWhiteSpace", "false");
        };
    }

    /** A class, how many images are of it, and the mean of their probabilities. */
    public record ClassCount(int index, String label, long images, double meanProbability) {}

    /** The classes that were predicted, the most frequent first. */
    public List<ClassCount> classes() {
        List<ClassCount> classes = new ArrayList<>();
        for (Row row : scored().groupBy("prediction", "label")
                .agg(count(lit(1)).as("images"), avg("probability").as("mean"))
                .orderBy(col("images").desc(), col("prediction"))
                .collectAsList()) {
            classes.add(new ClassCount(row.getInt(0), row.getString(1), row.getLong(2), row.getDouble(3)));
        }
        return classes;
    }

    /** How many images have a probability in each of so many equal ranges from 0 to 1. */
    public long[] histogram(int bins) {
        long[] histogram = new long[bins];
        for (Row row : scored().select(least(
                                lit(bins - 1L),
                                greatest(lit(0L), floor(col("probability").multiply(bins))))
                        .as("bin"))
                .groupBy("bin")
                .count()
                .collectAsList()) {
            histogram[(int) row.getLong(0)] = row.getLong(1);
        }
        return histogram;
    }

    /** How many rows have an image that could not be scored. */
    public long failedCount() {
        return rows.filter(col("error").isNotNull()).count();
    }

    /** Rows whose image could not be scored, by path. */
    public List<ScoredImage> failed(int limit) {
        return images(rows.filter(col("error").isNotNull()).orderBy("path").limit(limit));
    }

    /** As {@link #failed}, but whichever are found first. */
    public List<ScoredImage> someFailed(int limit) {
        return images(rows.filter(col("error").isNotNull()).limit(limit));
    }

    /** Rows whose best class has the lowest probability, that first. */
    public List<ScoredImage> leastCertain(int limit) {
        return images(scored().orderBy(col("probability"), col("path")).limit(limit));
    }

    /** Every row's path and prediction, the failed left out. */
    public Map<String, Integer> predictions() {
        Map<String, Integer> predictions = new HashMap<>();
        for (Row row : scored().select("path", "prediction").collectAsList()) {
            predictions.put(row.getString(0), row.getInt(1));
        }
        return predictions;
    }

    private Dataset<Row> scored() {
        return rows.filter(col("error").isNull());
    }

    private static List<ScoredImage> images(Dataset<Row> rows) {
        List<ScoredImage> images = new ArrayList<>();
        for (Row row : rows.collectAsList()) {
            images.add(new ScoredImage(
                    row.getString(0),
                    row.isNullAt(1) ? null : row.getInt(1),
                    row.isNullAt(2) ? null : row.getString(2),
                    row.isNullAt(3) ? null : row.getFloat(3),
                    row.isNullAt(4) ? List.of() : ranked(row.getList(4)),
                    row.isNullAt(5) ? null : row.getString(5)));
        }
        return images;
    }

    private static List<RankedClass> ranked(List<Row> top) {
        return top.stream()
                .map(row -> new RankedClass(row.getInt(0), row.getString(1), row.getFloat(2)))
                .toList();
    }

    private static StructType withTopAsText() {
        StructType flat = new StructType();
        for (var field : SCHEMA.fields()) {
            flat = flat.add(field.name(), field.name().equals("top") ? DataTypes.StringType : field.dataType());
        }
        return flat;
    }
}
