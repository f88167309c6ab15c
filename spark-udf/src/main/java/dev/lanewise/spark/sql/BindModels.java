package dev.lanewise.spark.sql;

import dev.lanewise.engine.ModelException;
import dev.lanewise.spark.preflight.Preflight;
import dev.lanewise.spark.score.ScoringRequest;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.catalyst.expressions.ApplyFunctionExpression;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.rules.Rule;
import org.apache.spark.sql.classic.SparkSession;
import scala.runtime.AbstractPartialFunction;

/**
 * Replaces functions' calls by scores of known models: reads the models that the calls name and checks that they fit
 * the calls and the executors. Runs when a query is analysed, so that a wrong name is found before anything runs. To calls of a
 * catalog's functions it gives the models that they name, and leaves their errors to the executors, as that door has them.
 */
final class BindModels extends Rule<LogicalPlan> {

    private final SparkSession session;

    BindModels(SparkSession session) {
        this.session = session;
    }

    @Override
    public LogicalPlan apply(LogicalPlan plan) {
        return plan.resolveExpressions(new Binding());
    }

    /** Reads a model once, however many calls of the query name it. */
    private final class Binding extends AbstractPartialFunction<Expression, Expression> {

        private final Map<String, BoundModel> models = new HashMap<>();
        private final Set<ScoringRequest> fitting = new HashSet<>();

        @Override
        public boolean isDefinedAt(Expression expression) {
            return (expression instanceof OnnxCall || isCatalogCall(expression)) && expression.resolved();
        }

        @Override
        public Expression apply(Expression expression) {
            return expression instanceof ApplyFunctionExpression call ? known(call) : score((OnnxCall) expression);
        }

        private BoundModel model(String nameOrPath) {
            return models.computeIfAbsent(nameOrPath, missing -> BoundModel.of(missing, session));
        }

        private boolean isCatalogCall(Expression expression) {
            return expression instanceof ApplyFunctionExpression call
                    && call.function() instanceof CatalogScoring.Bound bound
                    && bound.models() == null;
        }

        /** A model that is a constant is the only one needed. */
        private ApplyFunctionExpression known(ApplyFunctionExpression call) {
            CatalogScoring.Bound bound = (CatalogScoring.Bound) call.function();
            Expression model = call.children().apply(1);
            Set<String> asked =
                    model.foldable() ? Set.of(String.valueOf(model.eval(null))) : CatalogModels.namesIn(session);
            return new ApplyFunctionExpression(
                    bound.withModels(CatalogModels.of(asked, session, this::model)), call.children());
        }

        private ScoreImage score(OnnxCall call) {
            try {
                BoundModel model = model(call.model());
                Answer answer =
                        call.answer(model.labels(), model.request().options().topK());
                ScoreImage score = new ScoreImage(call.image(), model.request(), answer);
                if (fitting.add(score.request())) {
                    model.check(score.request().options());
                    Preflight.check(score.request(), session.sparkContext().getConf());
                }
                return score;
            } catch (ModelException | IllegalArgumentException unfit) {
                throw Unchecked.thrown(new ModelBindingException(call.function().sqlName(), unfit));
            }
        }
    }
}
