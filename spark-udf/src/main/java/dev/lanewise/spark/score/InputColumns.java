package dev.lanewise.spark.score;

import dev.lanewise.arrow.image.ImageLimits;
import dev.lanewise.arrow.score.ImageInput;
import dev.lanewise.arrow.score.NetworkInput;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Where a row keeps what it offers for a network's inputs.
 *
 * @param columns one for each input, in the order of the scoring options'
 * @param several whether the inputs are given by name, so that a row offers {@link ImageInput.Several}
 */
public record InputColumns(List<ImageColumn> columns, boolean several) implements Serializable {

    public InputColumns(List<ImageColumn> columns, boolean several) {
        this.columns = List.copyOf(columns);
        this.several = several;
    }

    /**
     * The one column of images.
     *
     * @throws IllegalArgumentException if it is missing, ambiguous or of another type
     */
    public static InputColumns one(StructType schema, String name, boolean caseSensitive, ImageLimits limits) {
        return new InputColumns(List.of(ImageColumn.find(schema, name, caseSensitive, limits)), false);
    }

    /**
     * A column for each of a network's inputs.
     *
     * @param columnsByInput in the order of the scoring options'
     * @throws IllegalArgumentException if one is missing, ambiguous or of another type
     */
    public static InputColumns named(
            StructType schema, Map<String, String> columnsByInput, boolean caseSensitive, ImageLimits limits) {
        List<ImageColumn> columns = new ArrayList<>();
        columnsByInput.forEach(
                (input, column) -> columns.add(ImageColumn.find(schema, column, input, caseSensitive, limits)));
        return new InputColumns(columns, true);
    }

    /**
     * Checks the columns' types, and sizes as far as attributes tell them, against the network.
     *
     * @param schema the one in which the columns were found
     * @throws IllegalArgumentException if an input does not take what its column holds
     */
    public void check(StructType schema, List<NetworkInput> inputs) {
        for (int i = 0; i < inputs.size(); i++) {
            check(schema.apply(columns.get(i).index()), inputs.get(i));
        }
    }

    private static void check(StructField column, NetworkInput input) {
        String holds = "column '" + column.name() + "' is " + column.dataType().sql() + ", but ";
        if (!ImageCell.isValues(column.dataType())) {
            input.noImages().ifPresent(reason -> {
                throw new IllegalArgumentException(holds + "the model's input " + input + " takes no images (" + reason
                        + "); give it ARRAY<FLOAT>, ARRAY<DOUBLE> or an ML vector");
            });
            return;
        }
        if (input.elements().isEmpty()) {
            throw new IllegalArgumentException(holds + "the model leaves the size of its input " + input
                    + " open, so that values have no shape; give it images");
        }
        int size = column.dataType().equals(SQLDataTypes.VectorType())
                ? AttributeGroup.fromStructField(column).size()
                : -1;
        if (size >= 0 && size != input.elements().getAsInt()) {
            throw new IllegalArgumentException("column '" + column.name() + "' has vectors of " + size
                    + " values, but the model's input " + input + " takes "
                    + input.elements().getAsInt());
        }
    }

    /** What a row offers. */
    public ImageInput input(Row row) {
        return several
                ? new ImageInput.Several(
                        columns.stream().map(column -> part(column, row)).toList())
                : columns.get(0).image(row);
    }

    private static ImageInput part(ImageColumn column, Row row) {
        return row.isNullAt(column.index()) ? new ImageInput.Missing("the column is null") : column.image(row);
    }

    /** What to call the row in a message: by what names one of its images. */
    public String name(Row row) {
        return columns.stream()
                .map(column -> column.name(row))
                .filter(name -> !name.equals(ImageColumn.UNNAMED))
                .findFirst()
                .orElse(ImageColumn.UNNAMED);
    }

    /** Where the columns are. */
    public Set<Integer> indices() {
        return columns.stream().map(ImageColumn::index).collect(Collectors.toSet());
    }
}
