package dev.lanewise.spark.sql;

import java.util.List;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.errors.QueryCompilationErrors;
import scala.Function1;
import scala.Option;
import scala.Tuple3;
import scala.collection.immutable.Seq;

/**
 * A function as {@code DESCRIBE FUNCTION EXTENDED} tells of it.
 *
 * @param name what SQL calls it
 * @param type the class that computes it
 * @param usage its call and one sentence; {@code _FUNC_} stands for the name
 * @param arguments one line per argument
 * @param example a query
 * @param group Spark's group of such functions
 */
record FunctionDescription(
        String name, Class<?> type, String usage, List<String> arguments, String example, String group) {

    private static final String SINCE = "0.1.0";

    /** As the extension point for scalar functions wants it. */
    Tuple3<FunctionIdentifier, ExpressionInfo, Function1<Seq<Expression>, Expression>> scalar(
            List<Integer> arities, Function1<Seq<Expression>, Expression> builder) {
        return new Tuple3<>(identifier(), info(), arguments -> {
            checkArity(arities, arguments.size());
            return builder.apply(arguments);
        });
    }

    /** As the extension point for table functions wants it. */
    Tuple3<FunctionIdentifier, ExpressionInfo, Function1<Seq<Expression>, LogicalPlan>> table(
            List<Integer> arities, Function1<Seq<Expression>, LogicalPlan> builder) {
        return new Tuple3<>(identifier(), info(), arguments -> {
            checkArity(arities, arguments.size());
            return builder.apply(arguments);
        });
    }

    private FunctionIdentifier identifier() {
        return new FunctionIdentifier(name, Option.empty(), Option.empty());
    }

    private ExpressionInfo info() {
        StringBuilder described = new StringBuilder();
        if (!arguments.isEmpty()) {
            described.append("\n    Arguments:\n");
            arguments.forEach(
                    argument -> described.append("      * ").append(argument).append('\n'));
        }
        return new ExpressionInfo(
                type.getName(),
                null,
                name,
                usage,
                described.toString(),
                "\n    Examples:\n      > " + example + "\n",
                "",
                group,
                SINCE,
                "",
                "scala_udf");
    }

    private void checkArity(List<Integer> arities, int given) {
        if (!arities.contains(given)) {
            throw Unchecked.thrown(QueryCompilationErrors.wrongNumArgsError(
                    name, ImageExpression.seq(List.<Object>copyOf(arities)), given, "", "", ""));
        }
    }
}
