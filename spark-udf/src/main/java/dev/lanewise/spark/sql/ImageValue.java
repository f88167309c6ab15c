package dev.lanewise.spark.sql;

import dev.lanewise.arrow.image.ImageLimits;
import dev.lanewise.arrow.score.ImageInput;
import dev.lanewise.spark.score.ImageCell;
import java.io.Serializable;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Reads images of a SQL value: encoded files (BINARY), Spark's image struct, or what the network reads (ARRAY of FLOAT).
 *
 * @param type the value's type, one of those
 * @param limits what an image struct may hold at most
 */
record ImageValue(DataType type, ImageLimits limits) implements Serializable {

    static final String NO_IMAGE = "no image: the column is null";

    /** What messages call the types of {@link #accepts}. */
    static final String TYPES = "BINARY\", \"STRUCT<height: INT, width: INT, nChannels: INT, mode: INT, data: BINARY>\""
            + " (Spark's image struct) or \"ARRAY<FLOAT>";

    /** What messages call the types of {@link #isPicture}. */
    static final String PICTURE_TYPES =
            "BINARY\" or \"STRUCT<height: INT, width: INT, nChannels: INT, mode: INT," + " data: BINARY>";

    static boolean accepts(DataType type) {
        return isPicture(type) || (type instanceof ArrayType array && array.elementType() instanceof FloatType);
    }

    /** Whether values of the type are pictures, files or image structs, or there are none but nulls. */
    static boolean isPicture(DataType type) {
        return type instanceof BinaryType || type instanceof NullType || ImageCell.isImageStruct(type);
    }

    /** @param value of {@link #type}, as Catalyst represents it */
    ImageInput read(@Nullable Object value) {
        if (value == null) {
            return new ImageInput.Missing(NO_IMAGE);
        }
        if (value instanceof byte[] file) {
            return new ImageInput.Encoded(file);
        }
        if (value instanceof ArrayData array) {
            return array(array);
        }
        return ImageCell.read(struct((InternalRow) value), limits);
    }

    private static ImageInput array(ArrayData array) {
        for (int i = 0; i < array.numElements(); i++) {
            if (array.isNullAt(i)) {
                return new ImageInput.Missing("value " + i + " of the array is null");
            }
        }
        return new ImageInput.Values(array.toFloatArray());
    }

    private Row struct(InternalRow image) {
        StructType struct = (StructType) type;
        StructField[] fields = struct.fields();
        @Nullable Object[] values = new @Nullable Object[fields.length];
        for (int i = 0; i < fields.length; i++) {
            boolean wanted = fields[i].dataType().equals(DataTypes.IntegerType)
                    || fields[i].dataType().equals(DataTypes.BinaryType);
            values[i] = wanted && !image.isNullAt(i) ? image.get(i, fields[i].dataType()) : null;
        }
        return new GenericRowWithSchema(values, struct);
    }
}
