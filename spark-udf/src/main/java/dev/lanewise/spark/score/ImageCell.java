package dev.lanewise.spark.score;

import dev.lanewise.arrow.image.ImageLimits;
import dev.lanewise.arrow.score.ImageInput;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import scala.collection.Iterator;
import scala.collection.Seq;

/** What a column of images holds in one row: an encoded file, Spark's image struct, or what the network reads. */
public final class ImageCell {

    /** The types of {@link #isImage}, for messages. */
    public static final String TYPES =
            "BINARY (encoded files, as the binaryFile source reads them), Spark's image struct,"
                    + " or ARRAY<FLOAT>, ARRAY<DOUBLE> or an ML vector of what the model reads";

    /** Spark's image struct: its fields that matter, in any order. */
    private static final Map<String, DataType> STRUCT_FIELDS = Map.of(
            "height", DataTypes.IntegerType,
            "width", DataTypes.IntegerType,
            "nChannels", DataTypes.IntegerType,
            "mode", DataTypes.IntegerType,
            "data", DataTypes.BinaryType);

    private ImageCell() {}

    /** Whether {@link #read} understands the values of such a column. */
    public static boolean isImage(DataType type) {
        return type instanceof BinaryType || isImageStruct(type) || isValues(type);
    }

    /** Whether such a column holds what the network reads, rather than images that are to be prepared. */
    public static boolean isValues(DataType type) {
        return type.equals(SQLDataTypes.VectorType())
                || (type instanceof ArrayType array
                        && (array.elementType() instanceof FloatType || array.elementType() instanceof DoubleType));
    }

    /** Whether this is Spark's image struct. */
    public static boolean isImageStruct(DataType type) {
        return type instanceof StructType struct
                && STRUCT_FIELDS.entrySet().stream().allMatch(expected -> Stream.of(struct.fields())
                        .anyMatch(field -> field.name().equals(expected.getKey())
                                && field.dataType().equals(expected.getValue())));
    }

    /**
     * Reads a value as Spark hands it to Java: {@code byte[]}, {@link Row}, {@link Seq} or {@link Vector}.
     *
     * @param limits what an image struct may hold at most
     * @throws IllegalArgumentException if it is of another class
     */
    public static ImageInput read(@Nullable Object value, ImageLimits limits) {
        if (value == null) {
            return new ImageInput.Missing("no image: the column is null");
        }
        if (value instanceof byte[] file) {
            return new ImageInput.Encoded(file);
        }
        if (value instanceof Row row && row.schema() != null && isImageStruct(row.schema())) {
            return ImageStruct.read(row, limits);
        }
        if (value instanceof Vector vector) {
            return values(vector.toArray());
        }
        if (value instanceof Seq<?> elements) {
            return values(elements);
        }
        throw new IllegalArgumentException(
                "a value of " + value.getClass().getSimpleName() + " is no image; an image must be " + TYPES);
    }

    private static ImageInput values(double[] elements) {
        float[] values = new float[elements.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) elements[i];
        }
        return new ImageInput.Values(values);
    }

    private static ImageInput values(Seq<?> elements) {
        float[] values = new float[elements.length()];
        Iterator<?> remaining = elements.iterator();
        for (int i = 0; i < values.length; i++) {
            if (!(remaining.next() instanceof Number number)) {
                return new ImageInput.Missing("value " + i + " of " + values.length + " is null");
            }
            values[i] = number.floatValue();
        }
        return new ImageInput.Values(values);
    }
}
