package dev.lanewise.spark.sql;

import dev.lanewise.engine.ModelException;
import dev.lanewise.spark.model.NamedModel;
import dev.lanewise.spark.preflight.Preflight;
import dev.lanewise.spark.score.ScoringRequest;
import dev.lanewise.spark.score.TaskScorer;
import java.io.Serializable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
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
import scala.jdk.javaapi.CollectionConverters;

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
        return new Bound(function, types, Models.ofSession());
    }

    private void requireType(boolean fits, String what, String wanted, DataType given) {
        if (!fits) {
            throw new UnsupportedOperationException(
                    name() + " takes " + what + " as " + wanted + ", not " + given.sql());
        }
    }

    /**
     * All models that the session's settings name, since the one that is meant becomes known on the executors, where nothing
     * can be broadcast.
     *
     * @param unfit why the others cannot be used: they cannot be read, or do not fit into executors
     */
    private record Models(Map<String, BoundModel> read, Map<String, String> unfit) implements Serializable {

        static Models ofSession() {
            SparkSession session = SparkSession.active();
            Map<String, String> settings =
                    CollectionConverters.asJava(session.conf().getAll());
            Map<String, BoundModel> read = new TreeMap<>();
            Map<String, String> unfit = new TreeMap<>();
            for (NamedModel model : NamedModel.all(settings)) {
                try {
                    BoundModel bound = BoundModel.of(
                            model.name(), settings, session.sessionState().newHadoopConf(), session.sparkContext());
                    Preflight.checkRowByRow(
                            bound.request(), session.sparkContext().getConf());
                    read.put(model.name(), bound);
                } catch (ModelException | IllegalArgumentException e) {
                    unfit.put(model.name(), String.valueOf(e.getMessage()));
                }
            }
            return new Models(read, unfit);
        }

        BoundModel named(String name) {
            BoundModel model = read.get(name);
            if (model != null) {
                return model;
            }
            String reason = unfit.get(name);
            throw new IllegalArgumentException(
                    reason != null
                            ? reason
                            : "no model is named '" + name + "'; the settings spark.lanewise.model.<name>.path name "
                                    + read.keySet());
        }
    }

    /** A function that knows its arguments' types and the models. */
    private static final class Bound implements ScalarFunction<Object> {

        private static final long serialVersionUID = 1L;

        private final OnnxFunction function;
        private final DataType[] types;
        private final Models models;
        private transient @Nullable Map<String, Question> questions;

        Bound(OnnxFunction function, DataType[] types, Models models) {
            this.function = function;
            this.types = types;
            this.models = models;
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
                BoundModel bound = models.named(model);
                ScoringRequest request = bound.request();
                Answer answer = function.answer(
                        bound.labels(), last == null ? request.options().topK() : last);
                return new Question(
                        new ScoringRequest(request.model(), answer.wanted(request.options()), request.threads()),
                        answer);
            });
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
    }
}
