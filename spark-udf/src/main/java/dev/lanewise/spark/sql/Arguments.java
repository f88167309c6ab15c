package dev.lanewise.spark.sql;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.sql.catalyst.analysis.TypeCheckResult;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.types.IntegralType;
import org.apache.spark.sql.types.StringType;
import org.jspecify.annotations.Nullable;
import scala.jdk.javaapi.CollectionConverters;

/** Checks of functions' arguments, with Spark's own conditions. */
final class Arguments {

    private static final String[] ORDINALS = {"first", "second", "third", "fourth"};

    private Arguments() {}

    static TypeCheckResult success() {
        return TypeCheckResult.TypeCheckSuccess$.MODULE$;
    }

    /** Why an argument is no string that is known when the query is planned; null if it is one. */
    static @Nullable TypeCheckResult notAName(int index, String name, Expression argument) {
        if (!(argument.dataType() instanceof StringType)) {
            return unexpectedType(index, "STRING", argument);
        }
        return notKnown(name, "STRING", argument);
    }

    /** Why an argument is no positive integer that is known when the query is planned; null if it is one. */
    static @Nullable TypeCheckResult notACount(int index, String name, Expression argument) {
        if (!(argument.dataType() instanceof IntegralType)) {
            return unexpectedType(index, "INT", argument);
        }
        TypeCheckResult unknown = notKnown(name, "INT", argument);
        if (unknown != null) {
            return unknown;
        }
        long value = ((Number) argument.eval(null)).longValue();
        return value >= 1 && value <= Integer.MAX_VALUE
                ? null
                : mismatch(
                        "VALUE_OUT_OF_RANGE",
                        Map.of(
                                "exprName", '`' + name + '`',
                                "valueRange", "[1, " + Integer.MAX_VALUE + "]",
                                "currentValue", Long.toString(value)));
    }

    static TypeCheckResult unexpectedType(int index, String required, Expression argument) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("paramIndex", ORDINALS[index]);
        parameters.put("requiredType", '"' + required + '"');
        parameters.put("inputSql", '"' + argument.sql() + '"');
        parameters.put("inputType", '"' + argument.dataType().sql() + '"');
        return mismatch("UNEXPECTED_INPUT_TYPE", parameters);
    }

    private static @Nullable TypeCheckResult notKnown(String name, String type, Expression argument) {
        if (!argument.foldable()) {
            return mismatch(
                    "NON_FOLDABLE_INPUT",
                    Map.of(
                            "inputName", '`' + name + '`',
                            "inputType", '"' + type + '"',
                            "inputExpr", '"' + argument.sql() + '"'));
        }
        return argument.eval(null) == null ? mismatch("UNEXPECTED_NULL", Map.of("exprName", '`' + name + '`')) : null;
    }

    private static TypeCheckResult mismatch(String condition, Map<String, String> parameters) {
        return new TypeCheckResult.DataTypeMismatch(
                condition, scala.collection.immutable.Map.from(CollectionConverters.asScala(parameters)));
    }
}
