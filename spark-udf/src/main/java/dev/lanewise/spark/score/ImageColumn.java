package dev.lanewise.spark.score;

import dev.lanewise.arrow.image.ImageLimits;
import dev.lanewise.arrow.score.ImageInput;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Where a row keeps its image, and the name under which messages speak of it.
 *
 * @param index the column of images
 * @param struct whether that column holds Spark's image struct
 * @param nameIndex the column that names the image, -1 if there is none
 * @param limits what an image struct may hold at most
 */
public record ImageColumn(int index, boolean struct, int nameIndex, ImageLimits limits) implements Serializable {

    /** What {@link #name} calls an image that nothing names. */
    public static final String UNNAMED = "(a row without a path column)";

    /**
     * Finds the column of images.
     *
     * @throws IllegalArgumentException if it is missing, ambiguous or of another type
     */
    public static ImageColumn find(StructType schema, String name, boolean caseSensitive, ImageLimits limits) {
        return find(schema, name, " to take images from", "images must be ", caseSensitive, limits);
    }

    /**
     * Finds the column of one of a network's several inputs.
     *
     * @throws IllegalArgumentException if it is missing, ambiguous or of another type
     */
    static ImageColumn find(StructType schema, String name, String input, boolean caseSensitive, ImageLimits limits) {
        String purpose = " for the model's input '" + input + "'";
        return find(schema, name, purpose, "what a model's input takes is ", caseSensitive, limits);
    }

    private static ImageColumn find(
            StructType schema, String name, String purpose, String must, boolean caseSensitive, ImageLimits limits) {
        int index = indexOf(schema, name, purpose, caseSensitive);
        DataType type = schema.apply(index).dataType();
        if (!ImageCell.isImage(type)) {
            throw new IllegalArgumentException(
                    "column '" + name + "' is " + type.sql() + ", but " + must + ImageCell.TYPES);
        }
        return new ImageColumn(index, ImageCell.isImageStruct(type), nameIndex(schema), limits);
    }

    public ImageInput image(Row row) {
        return ImageCell.read(row.get(index), limits);
    }

    /** What to call the row's image in a message. */
    public String name(Row row) {
        if (nameIndex >= 0 && !row.isNullAt(nameIndex)) {
            return row.getString(nameIndex);
        }
        if (struct && !row.isNullAt(index)) {
            Row image = row.getStruct(index);
            int origin = List.of(image.schema().fieldNames()).indexOf("origin");
            if (origin >= 0 && image.get(origin) instanceof String name && !name.isEmpty()) {
                return name;
            }
        }
        return UNNAMED;
    }

    private static int indexOf(StructType schema, String name, String purpose, boolean caseSensitive) {
        String[] columns = schema.fieldNames();
        int[] matches = IntStream.range(0, columns.length)
                .filter(i -> caseSensitive ? columns[i].equals(name) : columns[i].equalsIgnoreCase(name))
                .toArray();
        if (matches.length == 1) {
            return matches[0];
        }
        throw new IllegalArgumentException(
                matches.length == 0
                        ? "no column '" + name + "'" + purpose + "; there are: " + String.join(", ", columns)
                        : matches.length + " columns are named '" + name + "'; rename all but one");
    }

    private static int nameIndex(StructType schema) {
        StructField[] fields = schema.fields();
        Map<String, Integer> texts = IntStream.range(0, fields.length)
                .filter(i -> fields[i].dataType() instanceof StringType)
                .boxed()
                .collect(Collectors.toMap(
                        i -> fields[i].name().toLowerCase(Locale.ROOT), i -> i, (first, second) -> first));
        return texts.getOrDefault("path", texts.getOrDefault("origin", -1));
    }
}
