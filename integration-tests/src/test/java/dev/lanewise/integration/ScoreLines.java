package dev.lanewise.integration;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;

/** A scored row as text, floats as their bits: equal lines mean equal bits. */
final class ScoreLines {

    private ScoreLines() {}

    static List<String> of(List<Row> rows, String key) {
        return rows.stream().map(row -> of(row, key)).sorted().collect(Collectors.toList());
    }

    /** The row of that name, which must be there. */
    static Row row(Map<String, Row> rows, String name) {
        Row row = rows.get(name);
        if (row == null) {
            throw new AssertionError("no row for " + name + " among " + rows.keySet());
        }
        return row;
    }

    private static String of(Row row, String key) {
        Object error = row.getAs("error");
        if (error != null) {
            return row.getAs(key) + " error " + error;
        }
        List<Row> top = row.getList(row.fieldIndex("top"));
        return row.getAs(key) + " " + row.getAs("prediction") + " " + row.getAs("label") + " " + bits(row)
                + top.stream()
                        .map(best -> " " + best.getAs("index") + " " + best.getAs("label") + " " + bits(best))
                        .collect(Collectors.joining());
    }

    private static String bits(Row row) {
        return Integer.toHexString(Float.floatToIntBits(row.<Float>getAs("probability")));
    }
}
