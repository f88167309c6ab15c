package dev.lanewise.spark.sql;

import java.util.Arrays;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.catalog.functions.BoundFunction;
import org.apache.spark.sql.connector.catalog.functions.ScalarFunction;
import org.apache.spark.sql.connector.catalog.functions.UnboundFunction;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** A {@link PictureFunction} of the catalog. */
record CatalogPicture(PictureFunction function) implements UnboundFunction {

    @Override
    public String name() {
        return function.sqlName();
    }

    @Override
    public String description() {
        return Functions.of(function).usage().replace("_FUNC_", name());
    }

    /** @throws UnsupportedOperationException if the number or the types of the arguments are wrong, as Spark wants it */
    @Override
    public BoundFunction bind(StructType arguments) {
        DataType[] types =
                Arrays.stream(arguments.fields()).map(field -> field.dataType()).toArray(DataType[]::new);
        if (!function.arities().contains(types.length)) {
            throw new UnsupportedOperationException(
                    name() + " takes " + function.arities() + " arguments, not " + types.length);
        }
        if (!ImageValue.isPicture(types[0])) {
            throw new UnsupportedOperationException(
                    name() + " takes images as \"" + ImageValue.PICTURE_TYPES + "\", not " + types[0].sql());
        }
        for (int i = 1; i < types.length; i++) {
            if (!(types[i] instanceof IntegerType)) {
                throw new UnsupportedOperationException(
                        name() + " takes the width and the height as INT, not " + types[i].sql());
            }
        }
        return new Bound(function, types);
    }

    private record Bound(PictureFunction function, DataType[] types) implements ScalarFunction<InternalRow> {

        @Override
        public @Nullable InternalRow produceResult(InternalRow arguments) {
            @Nullable Object[] values = new @Nullable Object[types.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = arguments.isNullAt(i) ? null : arguments.get(i, types[i]);
            }
            return PictureCall.answer(function, types[0], values);
        }

        @Override
        public DataType[] inputTypes() {
            return types.clone();
        }

        @Override
        public DataType resultType() {
            return ImageColumns.TYPE;
        }

        @Override
        public String name() {
            return function.sqlName();
        }

        @Override
        public String canonicalName() {
            return "lanewise." + name();
        }
    }
}
