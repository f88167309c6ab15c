package dev.lanewise.spark.sql;

import dev.lanewise.spark.score.ScoringRequest;
import java.util.List;
import java.util.Objects;
import org.apache.spark.SparkContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.plans.physical.Partitioning;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.metric.SQLMetric;
import org.jspecify.annotations.Nullable;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Map;
import scala.collection.immutable.Seq;

/**
 * Scores images in batches: appends the {@link RawScore} of one image per row. Its rows are those of its child, in their
 * order; of each only the columns that are wanted above it. Directly above a scan that gives batches of columns it reads
 * those, see {@link ScoringOfBatches}.
 */
public final class ScoreImagesExec extends SparkPlan {

    private static final long serialVersionUID = 1L;

    private final Expression image;
    private final ScoringRequest request;
    private final Seq<Attribute> kept;
    private final Attribute result;
    private final SparkPlan child;
    private final @Nullable ScoringMetrics measured;

    /**
     * @param kept the child's columns that stay, before the result
     * @param result the score's column
     */
    public ScoreImagesExec(
            Expression image, ScoringRequest request, Seq<Attribute> kept, Attribute result, SparkPlan child) {
        this.image = image;
        this.request = request;
        this.kept = kept;
        this.result = result;
        this.child = child;
        SparkContext context = sparkContext();
        this.measured = context == null ? null : ScoringMetrics.of(context);
    }

    SparkPlan child() {
        return child;
    }

    @Override
    public RDD<InternalRow> doExecute() {
        ScorePartition scoring = new ScorePartition(
                image,
                request,
                kept,
                child.output(),
                Objects.requireNonNull(measured, "metrics without a Spark context"));
        return child.supportsColumnar()
                ? child.executeColumnar()
                        .toJavaRDD()
                        .mapPartitions(scoring::ofBatches, true)
                        .rdd()
                : child.execute().toJavaRDD().mapPartitions(scoring, true).rdd();
    }

    /** {@code images}, {@code invalid}, {@code batches}, {@code decodeTime}, {@code packTime}, {@code inferTime}. */
    @Override
    public Map<String, SQLMetric> metrics() {
        return measured == null ? super.metrics() : measured.byName();
    }

    @Override
    public Seq<Attribute> output() {
        return Plans.append(kept, result);
    }

    @Override
    public AttributeSet producedAttributes() {
        return Plans.attributes(List.of(result));
    }

    @Override
    public Partitioning outputPartitioning() {
        return child.outputPartitioning();
    }

    @Override
    public Seq<SortOrder> outputOrdering() {
        return child.outputOrdering();
    }

    @Override
    public Seq<SparkPlan> children() {
        return ImageExpression.seq(List.of(child));
    }

    @Override
    public SparkPlan withNewChildrenInternal(IndexedSeq<SparkPlan> children) {
        return new ScoreImagesExec(image, request, kept, result, children.apply(0));
    }

    @Override
    public String nodeName() {
        return "ScoreImages";
    }

    @Override
    public String simpleString(int maxFields) {
        return nodeName() + " " + image + ", " + request.model() + ", "
                + request.options().outputs() + " AS " + result;
    }

    @Override
    public int productArity() {
        return 5;
    }

    @Override
    public Object productElement(int index) {
        return switch (index) {
            case 0 -> image;
            case 1 -> request;
            case 2 -> kept;
            case 3 -> result;
            case 4 -> child;
            default -> throw new IndexOutOfBoundsException(index);
        };
    }

    @Override
    public boolean canEqual(Object other) {
        return other instanceof ScoreImagesExec;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ScoreImagesExec that
                && image.equals(that.image)
                && request.equals(that.request)
                && kept.equals(that.kept)
                && result.equals(that.result)
                && child.equals(that.child);
    }

    @Override
    public int hashCode() {
        return Objects.hash(image, request, kept, result, child);
    }
}
