package dev.lanewise.spark.sql;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.And;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.aggregate.AggregateExpression;
import org.apache.spark.sql.catalyst.optimizer.ColumnPruning$;
import org.apache.spark.sql.catalyst.plans.logical.Aggregate;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.Generate;
import org.apache.spark.sql.catalyst.plans.logical.Join;
import org.apache.spark.sql.catalyst.plans.logical.LocalLimit;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.RepartitionByExpression;
import org.apache.spark.sql.catalyst.plans.logical.Sort;
import org.apache.spark.sql.catalyst.plans.logical.Subquery;
import org.apache.spark.sql.catalyst.plans.logical.Window;
import org.apache.spark.sql.catalyst.rules.Rule;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Moves calls into {@link ScoreImages} nodes beneath the operators that contain them, where images are scored in batches. Runs
 * after filters have been pushed down and before the columns of scans are chosen; what it cannot move is evaluated row by
 * row.
 */
final class ExtractScores extends Rule<LogicalPlan> {

    @Override
    public LogicalPlan apply(LogicalPlan plan) {
        // A correlated subquery becomes a join later; what it refers to is not in reach yet.
        if ((plan instanceof Subquery subquery && subquery.correlated()) || !hasCall(plan)) {
            return plan;
        }
        // The new nodes stand between scans and the projections that tell which columns are needed.
        return ColumnPruning$.MODULE$.apply(extractBeneath(plan));
    }

    private static boolean hasCall(LogicalPlan plan) {
        return Plans.expressions(plan).stream().anyMatch(ScoreExtraction::hasCall)
                || CollectionConverters.asJava(plan.children()).stream().anyMatch(ExtractScores::hasCall);
    }

    private LogicalPlan extractBeneath(LogicalPlan plan) {
        return extract(plan.mapChildren(this::extractBeneath));
    }

    private LogicalPlan extract(LogicalPlan plan) {
        if (plan instanceof LocalLimit limit) {
            return limit.mapChildren(child -> limitBeneath(child, limit.limitExpr()));
        }
        if (Plans.expressions(plan).stream().noneMatch(ScoreExtraction::hasCall)) {
            return plan;
        }
        if (plan instanceof Filter filter) {
            return extract(filter);
        }
        if (plan instanceof Aggregate aggregate) {
            return extract(aggregate);
        }
        if (plan instanceof Join join) {
            return extract(join);
        }
        boolean evaluatesForEveryRow = plan instanceof Project
                || plan instanceof Sort
                || plan instanceof Window
                || plan instanceof Generate
                || plan instanceof RepartitionByExpression;
        return evaluatesForEveryRow ? extractAll(plan) : plan;
    }

    private static LogicalPlan extractAll(LogicalPlan plan) {
        ScoreExtraction extraction = new ScoreExtraction(CollectionConverters.asJava(plan.children()));
        LogicalPlan rewritten = plan.mapExpressions(extraction::extract);
        return trimmed(plan, rewritten.withNewChildren(ImageExpression.seq(extraction.children())));
    }

    /**
     * Conditions without calls come first, beneath the scores; those with calls follow one after another, so that a model
     * runs only on the rows that the one before it let pass.
     */
    private static LogicalPlan extract(Filter filter) {
        List<Expression> conditions = conjuncts(filter.condition());
        List<Expression> cheap = conditions.stream()
                .filter(condition -> !ScoreExtraction.hasCall(condition) && condition.deterministic())
                .toList();
        LogicalPlan plan = cheap.isEmpty() ? filter.child() : new Filter(conjunction(cheap), filter.child());
        for (Expression condition : conditions) {
            if (!cheap.contains(condition)) {
                ScoreExtraction extraction = new ScoreExtraction(plan);
                Expression rewritten = extraction.extract(condition);
                plan = new Filter(rewritten, extraction.child());
            }
        }
        return trimmed(filter, plan);
    }

    private static LogicalPlan extract(Join join) {
        ScoreExtraction extraction = new ScoreExtraction(List.of(join.left(), join.right()));
        List<Expression> conditions = conjuncts(join.condition().get()).stream()
                .map(extraction::extract)
                .toList();
        Join rewritten = new Join(
                extraction.children().get(0),
                extraction.children().get(1),
                join.joinType(),
                Option.apply(conjunction(conditions)),
                join.hint());
        return trimmed(join, rewritten);
    }

    /** Calls in grouping keys and in the arguments of aggregate functions go beneath, calls of their results above. */
    private LogicalPlan extract(Aggregate aggregate) {
        List<NamedExpression> results = CollectionConverters.asJava(aggregate.aggregateExpressions());
        if (results.stream().anyMatch(result -> callsResults((Expression) result, aggregate))) {
            return extract(callsAbove(aggregate, results));
        }
        List<Expression> keys = CollectionConverters.asJava(aggregate.groupingExpressions());
        ScoreExtraction extraction = new ScoreExtraction(aggregate.child());
        List<Expression> rewrittenKeys = keys.stream().map(extraction::extract).toList();
        List<NamedExpression> rewrittenResults = results.stream()
                .map(result -> (NamedExpression) result((Expression) result, keys, rewrittenKeys, extraction))
                .toList();
        return new Aggregate(
                ImageExpression.seq(rewrittenKeys),
                ImageExpression.seq(rewrittenResults),
                extraction.child(),
                aggregate.hint());
    }

    private static Expression result(
            Expression result, List<Expression> keys, List<Expression> rewrittenKeys, ScoreExtraction extraction) {
        for (int i = 0; i < keys.size(); i++) {
            if (keys.get(i).semanticEquals(result)) {
                return keys.get(i).equals(rewrittenKeys.get(i)) ? result : rewrittenKeys.get(i);
            }
        }
        if (result instanceof AggregateExpression function) {
            // A FILTER decides which rows the function sees: only they are scored.
            return function.filter().isEmpty()
                    ? function.mapChildren(extraction::extract)
                    : function.mapChildren(part ->
                            part == function.filter().get() ? extraction.extract(part) : extraction.reuse(part));
        }
        return result.mapChildren(part -> result(part, keys, rewrittenKeys, extraction));
    }

    private static boolean callsResults(Expression expression, Aggregate aggregate) {
        return !isResult(expression, aggregate)
                && (expression instanceof ScoreImage
                        || Plans.children(expression).stream().anyMatch(child -> callsResults(child, aggregate)));
    }

    private static boolean isResult(Expression expression, Aggregate aggregate) {
        return expression instanceof AggregateExpression
                || CollectionConverters.asJava(aggregate.groupingExpressions()).stream()
                        .anyMatch(expression::semanticEquals);
    }

    private Project callsAbove(Aggregate aggregate, List<NamedExpression> results) {
        List<NamedExpression> above = new ArrayList<>();
        List<NamedExpression> beneath = new ArrayList<>();
        for (NamedExpression result : results) {
            if (callsResults((Expression) result, aggregate)) {
                above.add((NamedExpression) overResults((Expression) result, aggregate, beneath));
            } else {
                beneath.add(result);
                above.add(result.toAttribute());
            }
        }
        Aggregate without = new Aggregate(
                aggregate.groupingExpressions(), ImageExpression.seq(beneath), aggregate.child(), aggregate.hint());
        return new Project(ImageExpression.seq(above), extract((LogicalPlan) without));
    }

    private static Expression overResults(Expression expression, Aggregate aggregate, List<NamedExpression> beneath) {
        if (!isResult(expression, aggregate)) {
            return expression.mapChildren(child -> overResults(child, aggregate, beneath));
        }
        NamedExpression named = expression instanceof NamedExpression known
                ? known
                : new Alias(
                        expression,
                        "aggregate",
                        NamedExpression.newExprId(),
                        ImageExpression.seq(List.of()),
                        Option.empty(),
                        ImageExpression.seq(List.of()));
        beneath.add(named);
        return named.toAttribute();
    }

    /** Scoring keeps the number of rows: those beyond the limit need not be scored. */
    private static LogicalPlan limitBeneath(LogicalPlan plan, Expression limit) {
        if (plan instanceof Project project) {
            return project.mapChildren(child -> limitBeneath(child, limit));
        }
        if (plan instanceof ScoreImages scoring && !(scoring.child() instanceof LocalLimit)) {
            return scoring.mapChildren(
                    child -> child instanceof ScoreImages ? limitBeneath(child, limit) : new LocalLimit(limit, child));
        }
        return plan;
    }

    /** The rewritten plan, without the scores that nothing above it knows of. */
    private static LogicalPlan trimmed(LogicalPlan plan, LogicalPlan rewritten) {
        List<Attribute> output = Plans.output(plan);
        return output.equals(Plans.output(rewritten))
                ? rewritten
                : new Project(ImageExpression.seq(List.<NamedExpression>copyOf(output)), rewritten);
    }

    private static List<Expression> conjuncts(Expression condition) {
        if (!(condition instanceof And and)) {
            return List.of(condition);
        }
        List<Expression> all = new ArrayList<>(conjuncts(and.left()));
        all.addAll(conjuncts(and.right()));
        return all;
    }

    private static Expression conjunction(List<Expression> conditions) {
        return conditions.stream().reduce(And::new).orElseThrow();
    }
}
