package dev.lanewise.spark.sql;

import dev.lanewise.spark.model.NamedModel;
import org.apache.spark.QueryContext;
import org.apache.spark.sql.AnalysisException;
import scala.Option;
import scala.collection.immutable.Map;

/** A call that names a model which is unknown, cannot be read, or does not fit. Spark's condition is FAILED_FUNCTION_CALL. */
final class ModelBindingException extends AnalysisException {

    private static final long serialVersionUID = 1L;
    private static final String CONDITION = "FAILED_FUNCTION_CALL";

    ModelBindingException(String function, RuntimeException cause) {
        super(
                "[" + CONDITION + "] " + function + ": " + NamedModel.inSettings(String.valueOf(cause.getMessage()))
                        + " SQLSTATE: 38000",
                Option.empty(),
                Option.empty(),
                Option.apply(cause),
                Option.apply(CONDITION),
                parameters(function),
                new QueryContext[0],
                Option.apply("38000"),
                Option.empty());
    }

    private static Map<String, String> parameters(String function) {
        return new Map.Map1<>("funcName", '`' + function + '`');
    }
}
