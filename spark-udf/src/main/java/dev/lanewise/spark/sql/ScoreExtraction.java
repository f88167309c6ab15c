package dev.lanewise.spark.sql;

import dev.lanewise.spark.sql.ScoreReuse.Scored;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.catalyst.expressions.And;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.ConditionalExpression;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.LambdaFunction;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.NamedLambdaVariable;
import org.apache.spark.sql.catalyst.expressions.Or;
import org.apache.spark.sql.catalyst.expressions.aggregate.AggregateExpression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.types.Metadata;
import scala.jdk.javaapi.CollectionConverters;

/** The calls of one operator on their way into {@link ScoreImages} nodes beneath it. */
final class ScoreExtraction {

    private final List<LogicalPlan> children;

    ScoreExtraction(List<LogicalPlan> children) {
        this.children = new ArrayList<>(children);
    }

    ScoreExtraction(LogicalPlan child) {
        this(List.of(child));
    }

    /** The operator's children, with the scores that its expressions now read. */
    List<LogicalPlan> children() {
        return List.copyOf(children);
    }

    LogicalPlan child() {
        return children.get(0);
    }

    static boolean hasCall(Expression expression) {
        return expression instanceof ScoreImage
                || Plans.children(expression).stream().anyMatch(ScoreExtraction::hasCall);
    }

    /**
     * The expression with its calls replaced by answers. A call that may not be evaluated, in a branch of a CASE or behind
     * an AND for example, stays where it is unless its score is computed anyhow, or is a column of a Dataset, which was
     * asked for in every row and which only the optimizer has moved there.
     */
    Expression extract(Expression expression) {
        return hasCall(expression) ? rewrite(rewrite(expression, true), false) : expression;
    }

    /** The expression with those calls replaced whose scores are computed anyhow. */
    Expression reuse(Expression expression) {
        return hasCall(expression) ? rewrite(expression, false) : expression;
    }

    /** @param evaluated whether the expression is evaluated for every row */
    private Expression rewrite(Expression expression, boolean evaluated) {
        if (expression instanceof LambdaFunction) {
            return expression;
        }
        if (expression instanceof ScoreImage call) {
            return answer((ScoreImage) call.mapChildren(image -> rewrite(image, evaluated)), evaluated);
        }
        if (evaluated && (expression instanceof And || expression instanceof Or)) {
            List<Expression> operands = Plans.children(expression);
            return expression.withNewChildren(
                    ImageExpression.seq(List.of(rewrite(operands.get(0), true), operands.get(1))));
        }
        if (evaluated && expression instanceof ConditionalExpression conditional) {
            List<Expression> always = CollectionConverters.asJava(conditional.alwaysEvaluatedInputs()).stream()
                    .map(input -> rewrite(input, true))
                    .toList();
            return (Expression) conditional.withNewAlwaysEvaluatedInputs(ImageExpression.seq(always));
        }
        return expression.mapChildren(child -> rewrite(child, evaluated));
    }

    private Expression answer(ScoreImage call, boolean evaluated) {
        if (!call.deterministic() || isOfNoRow(call.image())) {
            return call;
        }
        for (int i = 0; i < children.size(); i++) {
            LogicalPlan child = children.get(i);
            if (!call.image().references().subsetOf(child.outputSet())) {
                continue;
            }
            Optional<Scored> scored = ScoreReuse.find(child, call.image(), call.request());
            if (scored.isEmpty() && (evaluated || call.answer() instanceof Answer.Everything)) {
                scored = Optional.of(Scored.by(scoring(call, child)));
            }
            if (scored.isPresent()) {
                children.set(i, scored.get().plan());
                return new ScoreAnswer(
                        scored.get().result(), call.answer(), scored.get().values());
            }
        }
        return call;
    }

    private static ScoreImages scoring(ScoreImage call, LogicalPlan child) {
        return new ScoreImages(
                call.image(),
                call.request(),
                new AttributeReference(
                        "score",
                        RawScore.TYPE,
                        true,
                        Metadata.empty(),
                        NamedExpression.newExprId(),
                        ImageExpression.seq(List.of())),
                child);
    }

    /** Whether the image is no column's of a single row: an element of an array, an aggregate, or the same for all rows. */
    private static boolean isOfNoRow(Expression image) {
        return image.references().isEmpty() || holds(image);
    }

    private static boolean holds(Expression expression) {
        return expression instanceof NamedLambdaVariable
                || expression instanceof AggregateExpression
                || expression instanceof ScoreImage
                || Plans.children(expression).stream().anyMatch(ScoreExtraction::holds);
    }
}
