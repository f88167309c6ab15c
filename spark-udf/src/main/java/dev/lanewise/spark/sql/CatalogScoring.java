package dev.lanewise.spark.sql;

import dev.lanewise.spark.model.NamedModel;
import dev.lanewise.spark.preflight.Preflight;
import dev.lanewise.spark.score.ScoringRequest;
import dev.lanewise.spark.score.TaskScorer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.SparkEnv;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.connector.catalog.functions.BoundFunction;
import org.apache.spark.sql.connector.catalog.functions.ScalarFunction;
import org.apache.spark.sql.connector.catalog.functions.UnboundFunction;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.IntegralType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** An {@link OnnxFunction} of the catalog. */
record CatalogScoring(OnnxFunction function) implements UnboundFunction {

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
        if (!ImageValue.accepts(types[0])) {
            throw new UnsupportedOperationException(
                    name() + " takes images as \"" + ImageValue.TYPES + "\", not " + types[0].sql());
        }
        requireType(types[1] instanceof StringType, "the model", "STRING", types[1]);
        if (types.length > 2 && function.namesATensor()) {
            requireType(types[2] instanceof StringType, "the tensor", "STRING", types[2]);
        } else if (types.length > 2) {
            requireType(types[2] instanceof IntegralType, "topK", "INT", types[2]);
            types[2] = DataTypes.IntegerType;
        }
        SparkSession session = SparkSession.active();
        return new Bound(function, types, LanewiseExtensions.isInstalled(session) ? null : CatalogModels.all(session));
    }

    private void requireType(boolean fits, String what, String wanted, DataType given) {
        if (!fits) {
            throw new UnsupportedOperationException(
                    name() + " takes " + what + " as " + wanted + ", not " + given.sql());
        }
    }

    /** A function that knows its arguments' types and, once a query has been analysed, the models that it may be asked for. */
    static final class Bound implements ScalarFunction<Object> {

        private static final long serialVersionUID = 1L;

        private final OnnxFunction function;
        private final DataType[] types;
        private final @Nullable CatalogModels models;
        private transient @Nullable Map<String, Question> questions;

        /**
         * @param models null until {@link BindModels} gives them, which sees the arguments: Spark tells their types alone when it
         *     binds a function
         */
        Bound(OnnxFunction function, DataType[] types, @Nullable CatalogModels models) {
            this.function = function;
            this.types = types;
            this.models = models;
        }

        @Nullable
        CatalogModels models() {
            return models;
        }

        Bound withModels(CatalogModels known) {
            return new Bound(function, types, known);
        }

        /** A model, and what is asked of it. */
        private record Question(ScoringRequest request, Answer answer) {}

        @Override
        public @Nullable Object produceResult(InternalRow arguments) {
            for (int i = 0; i < types.length; i++) {
                if (arguments.isNullAt(i)) {
                    return null;
                }
            }
            Question question = question(
                    arguments.getUTF8String(1).toString(), types.length > 2 ? arguments.get(2, types[2]) : null);
            ImageValue image =
                    new ImageValue(types[0], question.request().options().limits());
            InternalRow raw =
                    RawScore.of(TaskScorer.scoreAlone(question.request(), image.read(arguments.get(0, types[0]))));
            return question.answer()
                    .of(raw, question.request().options().outputs().values());
        }

        private Question question(String model, @Nullable Object last) {
            if (questions == null) {
                questions = new HashMap<>();
            }
            return questions.computeIfAbsent(model + '\n' + last, unused -> {
                if (models == null) {
                    throw new IllegalStateException(
                            name() + " was bound by a session with Lanewise's extension, but its"
                                    + " query was analysed without");
                }
                BoundModel bound = models.named(model);
                ScoringRequest request = bound.request();
                requireFit(request);
                Answer answer = function.answer(
                        bound.labels(), last == null ? request.options().topK() : last);
                return new Question(
                        new ScoringRequest(request.model(), answer.wanted(request.options()), request.threads()),
                        answer);
            });
        }

        private static void requireFit(ScoringRequest request) {
            try {
                Preflight.checkRowByRow(request, SparkEnv.get().conf());
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(NamedModel.inSettings(String.valueOf(e.getMessage())), e);
            }
        }

        @Override
        public DataType[] inputTypes() {
            return types.clone();
        }

        @Override
        public DataType resultType() {
            return function.dataType();
        }

        @Override
        public String name() {
            return function.sqlName();
        }

        @Override
        public String canonicalName() {
            return "lanewise." + name();
        }

        /** Spark takes calls of equal functions, as in SELECT and GROUP BY, for the same. */
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Bound that
                    && function == that.function
                    && Arrays.equals(types, that.types)
                    && Objects.equals(models, that.models);
        }

        @Override
        public int hashCode() {
            return Objects.hash(function, Arrays.hashCode(types), models);
        }
    }
}
