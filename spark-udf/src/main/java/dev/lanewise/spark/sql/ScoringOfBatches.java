package dev.lanewise.spark.sql;

import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.rules.Rule;
import org.apache.spark.sql.execution.ColumnarRule;
import org.apache.spark.sql.execution.ColumnarToRowExec;
import org.apache.spark.sql.execution.FileSourceScanExec;
import org.apache.spark.sql.execution.ProjectExec;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.datasources.v2.BatchScanExec;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Lets the scoring operator read the batches of columns that a scan gives, of Parquet or ORC for example, without the
 * conversion to rows that Spark has put between them: images are not copied into rows first. Spark's own scans alone: what
 * replaces them keeps its columns where only its own conversions find them.
 */
final class ScoringOfBatches extends ColumnarRule {

    @Override
    public Rule<SparkPlan> postColumnarTransitions() {
        return new WithoutRows();
    }

    private static final class WithoutRows extends Rule<SparkPlan> {

        @Override
        public SparkPlan apply(SparkPlan plan) {
            if (plan instanceof ScoreImagesExec scoring
                    && withoutSelections(scoring.child()) instanceof ColumnarToRowExec rows
                    && isScan(rows.child())) {
                return scoring.withNewChildren(ImageExpression.seq(List.of(rows.child())));
            }
            return plan.mapChildren(this::apply);
        }
    }

    /** Without projections that only leave columns out, as the operator itself does. */
    private static SparkPlan withoutSelections(SparkPlan plan) {
        return plan instanceof ProjectExec project
                        && CollectionConverters.asJava(project.projectList()).stream()
                                .allMatch(Attribute.class::isInstance)
                ? withoutSelections(project.child())
                : plan;
    }

    private static boolean isScan(SparkPlan plan) {
        return plan instanceof FileSourceScanExec || plan instanceof BatchScanExec;
    }
}
