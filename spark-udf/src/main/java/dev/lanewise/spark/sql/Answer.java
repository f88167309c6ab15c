package dev.lanewise.spark.sql;

import dev.lanewise.arrow.score.ScoringOptions;
import dev.lanewise.arrow.score.ScoringOutputs;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.jspecify.annotations.Nullable;

/** What a call tells of an image's {@link RawScore}, and what must be computed for it. */
sealed interface Answer extends Serializable {

    DataType ARRAY_OF_FLOAT = DataTypes.createArrayType(DataTypes.FloatType, false);

    DataType dataType();

    /** The model's options with the outputs that this answer needs, and no others. */
    ScoringOptions wanted(ScoringOptions options);

    /**
     * The answer, as Catalyst represents it; null for none.
     *
     * @param raw null if there is no image
     * @param values the names of the values that {@code raw} holds
     */
    @Nullable
    Object of(@Nullable InternalRow raw, List<String> values);

    /**
     * The best classes as {@link ClassColumns}.
     *
     * @param tolerant whether an image that cannot be scored gives null, not a row with the reason
     */
    record Classes(List<String> labels, int topK, boolean tolerant) implements Answer {

        public Classes {
            labels = List.copyOf(labels);
        }

        @Override
        public DataType dataType() {
            return ClassColumns.TYPE;
        }

        @Override
        public ScoringOptions wanted(ScoringOptions options) {
            return options.withTopK(topK).withOutputs(ScoringOutputs.BEST_CLASSES);
        }

        @Override
        public @Nullable Object of(@Nullable InternalRow raw, List<String> values) {
            if (raw == null || (tolerant && RawScore.error(raw) != null)) {
                return null;
            }
            return new ClassColumns(labels, topK).row(raw);
        }
    }

    /**
     * The probabilities of all classes.
     *
     * @param tolerant whether an image that cannot be scored gives null, not an error
     */
    record Probabilities(boolean tolerant) implements Answer {

        @Override
        public DataType dataType() {
            return ARRAY_OF_FLOAT;
        }

        @Override
        public ScoringOptions wanted(ScoringOptions options) {
            return options.withTopK(1).withOutputs(new ScoringOutputs(true, true, List.of()));
        }

        @Override
        public @Nullable Object of(@Nullable InternalRow raw, List<String> values) {
            return raw == null || RawScore.failed(raw, OnnxFunction.predict(tolerant))
                    ? null
                    : RawScore.probabilities(raw);
        }
    }

    /**
     * A value of the network, flattened.
     *
     * @param tensor its name
     * @param tolerant whether an image that cannot be scored gives null, not an error
     */
    record Embedding(String tensor, boolean tolerant) implements Answer {

        @Override
        public DataType dataType() {
            return ARRAY_OF_FLOAT;
        }

        @Override
        public ScoringOptions wanted(ScoringOptions options) {
            return options.withTopK(1).withOutputs(ScoringOutputs.values(List.of(tensor)));
        }

        @Override
        public @Nullable Object of(@Nullable InternalRow raw, List<String> values) {
            return raw == null || RawScore.failed(raw, OnnxFunction.embed(tolerant))
                    ? null
                    : RawScore.values(raw).getArray(values.indexOf(tensor));
        }
    }

    /**
     * All that was asked for, as {@link ScoringColumns#TYPE}; never null.
     *
     * @param wanted what was asked for
     */
    record Everything(List<String> labels, int topK, ScoringOutputs wanted) implements Answer {

        public Everything {
            labels = List.copyOf(labels);
        }

        @Override
        public DataType dataType() {
            return ScoringColumns.TYPE;
        }

        @Override
        public ScoringOptions wanted(ScoringOptions options) {
            return options.withTopK(topK).withOutputs(wanted);
        }

        @Override
        public Object of(@Nullable InternalRow raw, List<String> values) {
            return ScoringColumns.row(this, raw, values);
        }

        /** The values asked for, of those that were computed. */
        ArrayData select(ArrayData computed, List<String> values) {
            Object[] selected = wanted.values().stream()
                    .map(name -> (Object) computed.getArray(values.indexOf(name)))
                    .toArray();
            return ArrayData.toArrayData(selected);
        }
    }
}
