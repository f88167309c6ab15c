package dev.lanewise.spark.ml;

import dev.lanewise.spark.ImageInference;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.attribute.NumericAttribute;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import scala.collection.Iterator;
import scala.collection.Seq;

/**
 * The columns that a transformer appends: their names, types and attributes, and how each follows from the struct that
 * {@link ImageInference} gives.
 */
final class ScoreColumns {

    /** The fields of the struct column. */
    private static final List<String> BEST = List.of("prediction", "label", "probability", "top", "error");

    private static final UserDefinedFunction TO_VECTOR = functions
            .udf((UDF1<@Nullable Seq<?>, @Nullable Vector>) ScoreColumns::vector, SQLDataTypes.VectorType())
            .withName("to_vector");

    /** A column, and what of the struct it is. */
    private record Derived(StructField field, UnaryOperator<Column> value) {}

    private final List<Derived> derived;

    private ScoreColumns(List<Derived> derived) {
        this.derived = derived;
    }

    /**
     * The columns that parameters ask for.
     *
     * @param scores the struct's fields, as {@link ImageInference} gives them
     * @param labels empty if there are none
     * @param classes how many classes there are; null if that is not known
     */
    static ScoreColumns of(OnnxImageParams params, StructType scores, List<String> labels, @Nullable Integer classes) {
        List<Derived> columns = new ArrayList<>();
        if (!params.getOutputCol().isEmpty()) {
            StructType best = new StructType(BEST.stream().map(scores::apply).toArray(StructField[]::new));
            columns.add(new Derived(
                    DataTypes.createStructField(params.getOutputCol(), best, false),
                    struct ->
                            functions.struct(BEST.stream().map(struct::getField).toArray(Column[]::new))));
        }
        if (!params.getProbabilityCol().isEmpty()) {
            String name = params.getProbabilityCol();
            columns.add(new Derived(
                    field(name, SQLDataTypes.VectorType(), probabilities(name, labels, classes)),
                    struct -> TO_VECTOR.apply(struct.getField("probabilities"))));
        }
        if (!params.getPredictionCol().isEmpty()) {
            String name = params.getPredictionCol();
            columns.add(new Derived(
                    field(name, DataTypes.DoubleType, prediction(name, labels, classes)),
                    struct -> struct.getField("prediction").cast(DataTypes.DoubleType)));
        }
        int value = 0;
        for (String column : params.getOutputs().keySet()) {
            String field = valueField(value++);
            columns.add(new Derived(
                    field(column, SQLDataTypes.VectorType(), Metadata.empty()),
                    struct -> TO_VECTOR.apply(struct.getField(field))));
        }
        if (!params.getErrorCol().isEmpty()) {
            columns.add(new Derived(
                    field(params.getErrorCol(), DataTypes.StringType, Metadata.empty()),
                    struct -> struct.getField("error")));
        }
        return new ScoreColumns(columns);
    }

    /** What the struct calls the values of the network: by number, since their columns may be named as its own fields. */
    static String valueField(int index) {
        return "value" + index;
    }

    /** @throws IllegalArgumentException if a name would be there twice */
    StructType schema(StructType input) {
        Set<String> names =
                SQLConf.get().caseSensitiveAnalysis() ? new TreeSet<>() : new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        names.addAll(List.of(input.fieldNames()));
        for (Derived column : derived) {
            String name = column.field().name();
            if (!names.add(name)) {
                throw new IllegalArgumentException("there is a column '" + name
                        + "' already; set another name, or an empty one to leave the column out");
            }
        }
        return new StructType(
                Stream.concat(Stream.of(input.fields()), derived.stream().map(Derived::field))
                        .toArray(StructField[]::new));
    }

    /** @param struct the column of scores */
    List<Column> columns(Column struct) {
        return derived.stream()
                .map(column -> column.value()
                        .apply(struct)
                        .as(column.field().name(), column.field().metadata()))
                .toList();
    }

    private static StructField field(String name, DataType type, Metadata metadata) {
        return DataTypes.createStructField(name, type, true, metadata);
    }

    private static Metadata probabilities(String name, List<String> labels, @Nullable Integer classes) {
        if (!labels.isEmpty()) {
            Attribute[] attributes = labels.stream()
                    .map(label -> NumericAttribute.defaultAttr().withName(label))
                    .toArray(Attribute[]::new);
            return new AttributeGroup(name, attributes).toMetadata();
        }
        return classes == null ? Metadata.empty() : new AttributeGroup(name, classes).toMetadata();
    }

    private static Metadata prediction(String name, List<String> labels, @Nullable Integer classes) {
        NominalAttribute attribute = NominalAttribute.defaultAttr().withName(name);
        if (!labels.isEmpty()) {
            return attribute.withValues(labels.toArray(String[]::new)).toMetadata();
        }
        return classes == null
                ? Metadata.empty()
                : attribute.withNumValues(classes).toMetadata();
    }

    private static @Nullable Vector vector(@Nullable Seq<?> elements) {
        if (elements == null) {
            return null;
        }
        double[] values = new double[elements.length()];
        Iterator<?> remaining = elements.iterator();
        for (int i = 0; i < values.length; i++) {
            values[i] = ((Number) remaining.next()).doubleValue();
        }
        return Vectors.dense(values);
    }
}
