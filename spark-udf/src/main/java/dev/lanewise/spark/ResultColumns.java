package dev.lanewise.spark;

import dev.lanewise.arrow.score.ImageScore;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a result: those of the input that stay, then {@code prediction}, {@code label}, {@code probability},
 * {@code top} and {@code error}.
 *
 * @param kept the input's columns that stay
 * @param classNames the classes' names; empty to use their indices
 */
record ResultColumns(int[] kept, List<String> classNames) implements Serializable {

    private static final StructType TOP_CLASS = new StructType(new StructField[] {
        DataTypes.createStructField("index", DataTypes.IntegerType, false),
        DataTypes.createStructField("label", DataTypes.StringType, false),
        DataTypes.createStructField("probability", DataTypes.FloatType, false)
    });

    private static final List<StructField> APPENDED = List.of(
            DataTypes.createStructField("prediction", DataTypes.IntegerType, true),
            DataTypes.createStructField("label", DataTypes.StringType, true),
            DataTypes.createStructField("probability", DataTypes.FloatType, true),
            DataTypes.createStructField("top", DataTypes.createArrayType(TOP_CLASS, false), true),
            DataTypes.createStructField("error", DataTypes.StringType, true));

    /**
     * @param dropped the input's column that does not stay, -1 if all do
     * @throws IllegalArgumentException if a kept column has the name of one to be appended
     */
    static ResultColumns of(StructType input, int dropped, List<String> classNames, boolean caseSensitive) {
        int[] kept = IntStream.range(0, input.size()).filter(i -> i != dropped).toArray();
        Set<String> names = caseSensitive ? new TreeSet<>() : new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        IntStream.of(kept).forEach(i -> names.add(input.apply(i).name()));
        String clashes = APPENDED.stream()
                .map(StructField::name)
                .filter(names::contains)
                .map(name -> "'" + name + "'")
                .collect(Collectors.joining(", "));
        if (!clashes.isEmpty()) {
            throw new IllegalArgumentException(
                    "the input already has " + clashes + ", which the result adds; rename or drop it before");
        }
        return new ResultColumns(kept, List.copyOf(classNames));
    }

    StructType schema(StructType input) {
        return new StructType(Stream.concat(IntStream.of(kept).mapToObj(input::apply), APPENDED.stream())
                .toArray(StructField[]::new));
    }

    Row row(Row input, ImageScore score) {
        @Nullable
        Object[] values =
                Arrays.copyOf(IntStream.of(kept).mapToObj(input::get).toArray(), kept.length + APPENDED.size());
        int next = kept.length;
        if (score.error() == null) {
            values[next] = score.prediction();
            values[next + 1] = label(score.prediction());
            values[next + 2] = score.probability();
            values[next + 3] = top(score);
        } else {
            values[next + 4] = score.error();
        }
        return RowFactory.create(values);
    }

    private Row[] top(ImageScore score) {
        return IntStream.range(0, score.topIndices().length)
                .mapToObj(i -> RowFactory.create(
                        score.topIndices()[i], label(score.topIndices()[i]), score.topProbabilities()[i]))
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
                && classNames.equals(that.classNames);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(kept) + classNames.hashCode();
    }

    @Override
    public String toString() {
        return "columns " + Arrays.toString(kept) + " and the result's";
    }
}
