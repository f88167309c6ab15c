package dev.lanewise.spark.sql;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.execution.FilterExec;
import org.apache.spark.sql.execution.ProjectExec;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.SparkStrategy;
import scala.collection.immutable.Seq;

/**
 * Plans {@link ScoreImages}. Under a projection the operator keeps only what the projection reads, so that rows that wait
 * for their batch do not hold their images twice.
 */
final class ScoreImagesStrategy extends SparkStrategy {

    @Override
    public Seq<SparkPlan> apply(LogicalPlan plan) {
        if (plan instanceof ScoreImages scoring) {
            return ImageExpression.seq(List.of(planned(scoring, scoring.child().output())));
        }
        if (plan instanceof Project project) {
            List<Filter> filters = new ArrayList<>();
            LogicalPlan beneath = project.child();
            while (beneath instanceof Filter filter) {
                filters.add(filter);
                beneath = filter.child();
            }
            if (beneath instanceof ScoreImages scoring) {
                return ImageExpression.seq(List.of(planned(project, filters, scoring)));
            }
        }
        return ImageExpression.seq(List.of());
    }

    private SparkPlan planned(Project project, List<Filter> filters, ScoreImages scoring) {
        List<Attribute> kept = Plans.output(scoring.child()).stream()
                .filter(column -> project.references().contains(column)
                        || filters.stream()
                                .anyMatch(filter -> filter.references().contains(column)))
                .toList();
        SparkPlan scored = planned(scoring, ImageExpression.seq(kept));
        for (int i = filters.size() - 1; i >= 0; i--) {
            scored = new FilterExec(filters.get(i).condition(), scored);
        }
        return new ProjectExec(project.projectList(), scored);
    }

    private SparkPlan planned(ScoreImages scoring, Seq<Attribute> kept) {
        return new ScoreImagesExec(
                scoring.image(), scoring.request(), kept, scoring.result(), planLater(scoring.child()));
    }
}
