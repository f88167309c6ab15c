package dev.lanewise.spark.sql;

import dev.lanewise.arrow.score.ScoringOptions;
import dev.lanewise.arrow.score.ScoringOutputs;
import dev.lanewise.spark.score.ScoringRequest;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.InnerLike;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.GlobalLimit;
import org.apache.spark.sql.catalyst.plans.logical.Join;
import org.apache.spark.sql.catalyst.plans.logical.LocalLimit;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.RepartitionOperation;
import org.apache.spark.sql.catalyst.plans.logical.Sort;
import org.apache.spark.sql.catalyst.plans.logical.Window;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Finds a {@link ScoreImages} that runs the same model on the same image already, and widens what it computes. The optimizer
 * copies calls, when it pushes a filter on a score beneath the projection that computes it for example; each image is decoded
 * and run once all the same.
 */
final class ScoreReuse {

    /**
     * A plan that outputs a score.
     *
     * @param values the names of the values that the score holds
     */
    record Scored(LogicalPlan plan, Attribute result, List<String> values) {

        static Scored by(ScoreImages scoring) {
            return new Scored(
                    scoring,
                    scoring.result(),
                    scoring.request().options().outputs().values());
        }
    }

    private ScoreReuse() {}

    /** The plan with the score of the image in its output; empty if nothing in it computes that. */
    static Optional<Scored> find(LogicalPlan plan, Expression image, ScoringRequest request) {
        if (!image.references().subsetOf(plan.outputSet())) {
            return Optional.empty();
        }
        if (plan instanceof ScoreImages scoring) {
            if (sameRun(scoring.request(), request) && scoring.image().semanticEquals(image)) {
                return Optional.of(Scored.by(scoring.withRequest(merged(scoring.request(), request))));
            }
            return through(plan, scoring.child(), image, request);
        }
        if (plan instanceof Project project) {
            return through(project, image, request);
        }
        if (plan instanceof Join join) {
            return through(join, image, request);
        }
        boolean passesItsInputOn = plan instanceof Filter
                || plan instanceof Sort
                || plan instanceof LocalLimit
                || plan instanceof GlobalLimit
                || plan instanceof RepartitionOperation
                || plan instanceof Window;
        return passesItsInputOn ? through(plan, plan.children().head(), image, request) : Optional.empty();
    }

    /** Whether one run of the model answers both requests. */
    private static boolean sameRun(ScoringRequest one, ScoringRequest other) {
        return anyOutputs(one).equals(anyOutputs(other));
    }

    private static ScoringRequest anyOutputs(ScoringRequest request) {
        ScoringOptions options = request.options().withTopK(1).withOutputs(ScoringOutputs.BEST_CLASSES);
        return new ScoringRequest(request.model(), options, request.threads());
    }

    /** A request for what both want; values that the first wants keep their places. */
    private static ScoringRequest merged(ScoringRequest first, ScoringRequest second) {
        ScoringOutputs one = first.options().outputs();
        ScoringOutputs other = second.options().outputs();
        Set<String> values = new LinkedHashSet<>(one.values());
        values.addAll(other.values());
        ScoringOptions options = first.options()
                .withTopK(Math.max(first.options().topK(), second.options().topK()))
                .withOutputs(new ScoringOutputs(
                        one.classes() || other.classes(),
                        one.allProbabilities() || other.allProbabilities(),
                        List.copyOf(values)));
        return new ScoringRequest(first.model(), options, first.threads());
    }

    private static Optional<Scored> through(
            LogicalPlan plan, LogicalPlan child, Expression image, ScoringRequest request) {
        return find(child, image, request).map(scored -> {
            List<LogicalPlan> children = CollectionConverters.asJava(plan.children()).stream()
                    .map(each -> each == child ? scored.plan() : each)
                    .toList();
            LogicalPlan widened = plan.withNewChildren(ImageExpression.seq(children));
            return new Scored(widened, scored.result(), scored.values());
        });
    }

    private static Optional<Scored> through(Project project, Expression image, ScoringRequest request) {
        List<NamedExpression> projections = CollectionConverters.asJava(project.projectList());
        Expression beneath = beneath(projections, image);
        if (!beneath.deterministic()) {
            return Optional.empty();
        }
        return find(project.child(), beneath, request).map(scored -> {
            List<NamedExpression> widened = new ArrayList<>(projections);
            if (!project.outputSet().contains(scored.result())) {
                widened.add(scored.result());
            }
            Project rewritten = new Project(ImageExpression.seq(widened), scored.plan());
            return new Scored(rewritten, scored.result(), scored.values());
        });
    }

    /** The expression in terms of what the projections are computed of. */
    private static Expression beneath(List<NamedExpression> projections, Expression expression) {
        if (expression instanceof Attribute attribute) {
            return projections.stream()
                    .filter(projection -> projection.exprId().equals(attribute.exprId()))
                    .findFirst()
                    .<Expression>map(projection -> projection instanceof Alias alias ? alias.child() : attribute)
                    .orElse(expression);
        }
        return expression.mapChildren(child -> beneath(projections, child));
    }

    /**
     * A side that an outer join fills up with nulls gives no score there, which is the answer to a null image: right if the
     * image is a column, but not if it is computed, by a COALESCE for example.
     */
    private static Optional<Scored> through(Join join, Expression image, ScoringRequest request) {
        if (!(join.joinType() instanceof InnerLike) && !(image instanceof Attribute)) {
            return Optional.empty();
        }
        Optional<Scored> left = through(join, join.left(), image, request);
        return left.isPresent() ? left : through(join, join.right(), image, request);
    }
}
