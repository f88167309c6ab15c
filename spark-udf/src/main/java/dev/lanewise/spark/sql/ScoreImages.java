package dev.lanewise.spark.sql;

import dev.lanewise.spark.score.ScoringRequest;
import java.util.List;
import java.util.Objects;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.jspecify.annotations.Nullable;
import scala.Option;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/** Appends the {@link RawScore} of one image per row. Adds no row and drops none. */
public final class ScoreImages extends LogicalPlan {

    private final Expression image;
    private final ScoringRequest request;
    private final Attribute result;
    private final LogicalPlan child;

    public ScoreImages(Expression image, ScoringRequest request, Attribute result, LogicalPlan child) {
        this.image = image;
        this.request = request;
        this.result = result;
        this.child = child;
    }

    Expression image() {
        return image;
    }

    ScoringRequest request() {
        return request;
    }

    Attribute result() {
        return result;
    }

    LogicalPlan child() {
        return child;
    }

    ScoreImages withRequest(ScoringRequest newRequest) {
        return new ScoreImages(image, newRequest, result, child);
    }

    @Override
    public Seq<Attribute> output() {
        return Plans.append(child.output(), result);
    }

    @Override
    public AttributeSet producedAttributes() {
        return Plans.attributes(List.of(result));
    }

    @Override
    public Option<Object> maxRows() {
        return child.maxRows();
    }

    @Override
    public Option<Object> maxRowsPerPartition() {
        return child.maxRowsPerPartition();
    }

    @Override
    public Seq<LogicalPlan> children() {
        return ImageExpression.seq(List.of(child));
    }

    @Override
    public LogicalPlan withNewChildrenInternal(IndexedSeq<LogicalPlan> children) {
        return new ScoreImages(image, request, result, children.apply(0));
    }

    @Override
    public int productArity() {
        return 4;
    }

    @Override
    public Object productElement(int index) {
        return switch (index) {
            case 0 -> image;
            case 1 -> request;
            case 2 -> result;
            case 3 -> child;
            default -> throw new IndexOutOfBoundsException(index);
        };
    }

    @Override
    public boolean canEqual(Object other) {
        return other instanceof ScoreImages;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ScoreImages that
                && image.equals(that.image)
                && request.equals(that.request)
                && result.equals(that.result)
                && child.equals(that.child);
    }

    @Override
    public int hashCode() {
        return Objects.hash(image, request, result, child);
    }
}
