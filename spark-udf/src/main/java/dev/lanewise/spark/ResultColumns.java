package dev.lanewise.spark;

import dev.lanewise.arrow.score.ImageScore;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a result: those of the input that stay, then what {@link Content} says.
 *
 * @param kept the input's columns that stay
 * @param classNames the classes' names; empty to use their indices
 * @param schema all of these columns; rows know it, since Spark hands them as they are to a user's function that comes next
 */
record ResultColumns(int[] kept, List<String> classNames, Content content, StructType schema) implements Serializable {

    private static final DataType FLOATS = DataTypes.createArrayType(DataTypes.FloatType, false);

    private static final StructType TOP_CLASS = new StructType(new StructField[] {
        DataTypes.createStructField("index", DataTypes.IntegerType, false),
        DataTypes.createStructField("label", DataTypes.StringType, false),
        DataTypes.createStructField("probability", DataTypes.FloatType, false)
    });

    /**
     * What is appended, in this order.
     *
     * @param classes {@code prediction}, {@code label}, {@code probability} and {@code top}
     * @param allProbabilities {@code probabilities}
     * @param outputs the columns of the network's values; {@code error} comes after them, always
     * @param struct the one column that all of these are fields of; null to append columns
     */
    record Content(
            boolean classes,
            boolean allProbabilities,
            List<String> outputs,
            @Nullable String struct) implements Serializable {

        /** The best classes and the error, as columns. */
        static final Content BEST_CLASSES = new Content(true, false, List.of(), null);

        Content(boolean classes, boolean allProbabilities, List<String> outputs, @Nullable String struct) {
            this.classes = classes;
            this.allProbabilities = allProbabilities;
            this.outputs = List.copyOf(outputs);
            this.struct = struct;
        }

        /** What the score of one image becomes. */
        StructType fields() {
            List<StructField> fields = new ArrayList<>();
            if (classes) {
                fields.add(DataTypes.createStructField("prediction", DataTypes.IntegerType, true));
                fields.add(DataTypes.createStructField("label", DataTypes.StringType, true));
                fields.add(DataTypes.createStructField("probability", DataTypes.FloatType, true));
                fields.add(DataTypes.createStructField("top", DataTypes.createArrayType(TOP_CLASS, false), true));
            }
            if (allProbabilities) {
                fields.add(DataTypes.createStructField("probabilities", FLOATS, true));
            }
            outputs.forEach(output -> fields.add(DataTypes.createStructField(output, FLOATS, true)));
            fields.add(DataTypes.createStructField("error", DataTypes.StringType, true));
            return DataTypes.createStructType(fields);
        }

        /** The columns appended. */
        StructType columns() {
            return struct == null ? fields() : new StructType().add(struct, fields(), false);
        }
    }

    ResultColumns(int[] kept, List<String> classNames, Content content, StructType schema) {
        this.kept = kept.clone();
        this.classNames = List.copyOf(classNames);
        this.content = content;
        this.schema = schema;
    }

    /** A result without any column of the input's. */
    static ResultColumns alone(List<String> classNames, Content content) {
        return new ResultColumns(new int[0], classNames, content, content.columns());
    }

    /**
     * @param dropped the input's columns that do not stay
     * @throws IllegalArgumentException if a kept column has the name of one to be appended, or two of those are the same
     */
    static ResultColumns of(
            StructType input, Set<Integer> dropped, List<String> classNames, Content content, boolean caseSensitive) {
        int[] kept = IntStream.range(0, input.size())
                .filter(i -> !dropped.contains(i))
                .toArray();
        Set<String> names = caseSensitive ? new TreeSet<>() : new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        Stream.of(content.fields().fieldNames()).forEach(name -> {
            if (!names.add(name)) {
                throw new IllegalArgumentException(
                        "the result would have two columns '" + name + "'; rename an output");
            }
        });
        names.clear();
        IntStream.of(kept).forEach(i -> names.add(input.apply(i).name()));
        String clashes = Stream.of(content.columns().fieldNames())
                .filter(names::contains)
                .map(name -> "'" + name + "'")
                .collect(Collectors.joining(", "));
        if (!clashes.isEmpty()) {
            throw new IllegalArgumentException(
                    "the input already has " + clashes + ", which the result adds; rename or drop it before");
        }
        StructType schema = new StructType(Stream.concat(
                        IntStream.of(kept).mapToObj(input::apply),
                        Stream.of(content.columns().fields()))
                .toArray(StructField[]::new));
        return new ResultColumns(kept, classNames, content, schema);
    }

    Row row(Row input, ImageScore score) {
        @Nullable Object[] fields = fields(score);
        @Nullable Object[] appended = content.struct() == null ? fields : new Object[] {value(score)};
        @Nullable
        Object[] values =
                Arrays.copyOf(IntStream.of(kept).mapToObj(input::get).toArray(), kept.length + appended.length);
        System.arraycopy(appended, 0, values, kept.length, appended.length);
        return new GenericRowWithSchema(values, schema);
    }

    /** What the score becomes when it is no column of a Dataset, but a value: a row of {@link Content#fields}. */
    Row value(ImageScore score) {
        return new GenericRowWithSchema(fields(score), content.fields());
    }

    private @Nullable Object[] fields(ImageScore score) {
        boolean scored = score.error() == null;
        List<@Nullable Object> fields = new ArrayList<>();
        if (content.classes()) {
            fields.add(scored ? score.prediction() : null);
            fields.add(scored ? label(score.prediction()) : null);
            fields.add(scored ? score.probability() : null);
            fields.add(scored ? top(score) : null);
        }
        if (content.allProbabilities()) {
            fields.add(scored ? score.probabilities() : null);
        }
        for (int i = 0; i < content.outputs().size(); i++) {
            fields.add(scored ? score.values().get(i) : null);
        }
        fields.add(score.error());
        return fields.toArray();
    }

    private Row[] top(ImageScore score) {
        return IntStream.range(0, score.topIndices().length)
                .mapToObj(i -> new GenericRowWithSchema(
                        new Object[] {score.topIndices()[i], label(score.topIndices()[i]), score.topProbabilities()[i]},
                        TOP_CLASS))
                .toArray(Row[]::new);
    }

    private String label(int index) {
        if (classNames.isEmpty()) {
            return Integer.toString(index);
        }
        if (index >= classNames.size()) {
            throw new IllegalArgumentException("the model names class " + index + ", but there are only "
                    + classNames.size() + " labels; give one label per class");
        }
        return classNames.get(index);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ResultColumns that
                && Arrays.equals(kept, that.kept)
                && classNames.equals(that.classNames)
                && content.equals(that.content)
                && schema.equals(that.schema);
    }

    @Override
    public int hashCode() {
        return Objects.hash(Arrays.hashCode(kept), classNames, content, schema);
    }

    @Override
    public String toString() {
        return "columns " + Arrays.toString(kept) + " and " + content.columns().toDDL();
    }
}
