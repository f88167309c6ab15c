package dev.lanewise.spark;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.nullif;
import static org.apache.spark.sql.functions.struct;

import dev.lanewise.spark.score.ImageColumn;
import dev.lanewise.spark.sql.ScoringColumns;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.LongAccumulator;
import org.jspecify.annotations.Nullable;

/** What {@link PartitionScoring} gives for one column of images, made of columns, which the planner's operator computes. */
final class ScoredColumns {

    private ScoredColumns() {}

    static Dataset<Row> of(Dataset<Row> images, PartitionScoring scoring) {
        ImageColumn input = scoring.images().columns().get(0);
        List<Column> columns = new ArrayList<>(ScoringColumns.of(images));
        Column image = columns.get(input.index());
        columns.add(
                ScoringColumns.score(image, scoring.request(), scoring.results().classNames())
                        .as("score"));
        Dataset<Row> scored = images.select(columns.toArray(Column[]::new));
        columns = ScoringColumns.of(scored);
        Column score = columns.get(columns.size() - 1);
        if (scoring.handleInvalid() != HandleInvalid.KEEP) {
            Column name = name(input, columns, images.schema());
            boolean skip = scoring.handleInvalid() == HandleInvalid.SKIP;
            LongAccumulator skipped = scoring.skipped();
            scored = scored.filter(ScoringColumns.accepted(
                    score.getField("error"), name, (error, named) -> skip ? skips(skipped) : refuse(error, named)));
        }
        List<Column> results = new ArrayList<>();
        for (int kept : scoring.results().kept()) {
            results.add(columns.get(kept));
        }
        results.addAll(appended(score, scoring.results().content()));
        return scored.select(results.toArray(Column[]::new));
    }

    private static boolean skips(@Nullable LongAccumulator skipped) {
        if (skipped != null) {
            skipped.add(1);
        }
        return false;
    }

    private static boolean refuse(String error, @Nullable String name) {
        throw InvalidImageException.of(name == null ? ImageColumn.UNNAMED : name, error);
    }

    /** What to call a row's image, as {@link ImageColumn#name} does. */
    private static Column name(ImageColumn images, List<Column> columns, StructType schema) {
        Column name = lit(null).cast(DataTypes.StringType);
        if (images.struct()
                && List.of(((StructType) schema.apply(images.index()).dataType()).fieldNames())
                        .contains("origin")) {
            Column origin = columns.get(images.index()).getField("origin").cast(DataTypes.StringType);
            name = nullif(origin, lit(""));
        }
        return images.nameIndex() < 0 ? name : coalesce(columns.get(images.nameIndex()), name);
    }

    private static List<Column> appended(Column score, ResultColumns.Content content) {
        List<Column> fields = new ArrayList<>();
        int values = 0;
        for (String field : content.fields().fieldNames()) {
            Column value = content.outputs().contains(field)
                    ? score.getField("values").getItem(values++)
                    : score.getField(field);
            fields.add(value.as(field));
        }
        return content.struct() == null
                ? fields
                : List.of(struct(fields.toArray(Column[]::new)).as(content.struct()));
    }
}
