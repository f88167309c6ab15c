package dev.lanewise.spark.sql;

import dev.lanewise.spark.score.ScoringRequest;
import dev.lanewise.spark.score.TaskScorer;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.analysis.TypeCheckResult;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.types.DataType;
import org.jspecify.annotations.Nullable;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/**
 * A score of one image by a known model. {@link ExtractScores} moves it into the scoring operator, which works in batches;
 * where it may not, inside a CASE for example, it is evaluated row by row and gives the same bits.
 */
public final class ScoreImage extends ImageExpression {

    private static final long serialVersionUID = 1L;

    private final Expression image;
    private final ScoringRequest request;
    private final Answer answer;

    /** @param request of which the outputs are replaced by those that the answer needs */
    public ScoreImage(Expression image, ScoringRequest request, Answer answer) {
        super(image, wanted(request, answer), answer);
        this.image = image;
        this.request = wanted(request, answer);
        this.answer = answer;
    }

    Expression image() {
        return image;
    }

    ScoringRequest request() {
        return request;
    }

    Answer answer() {
        return answer;
    }

    @Override
    public @Nullable Object eval(@Nullable InternalRow input) {
        Object value = image.eval(input);
        InternalRow raw = value == null
                ? null
                : RawScore.of(TaskScorer.scoreAlone(
                        request,
                        new ImageValue(image.dataType(), request.options().limits()).read(value)));
        return answer.of(raw, request.options().outputs().values());
    }

    @Override
    public DataType dataType() {
        return answer.dataType();
    }

    @Override
    public TypeCheckResult checkInputDataTypes() {
        return ImageValue.accepts(image.dataType())
                ? TypeCheckResult.TypeCheckSuccess$.MODULE$
                : Arguments.unexpectedType(0, ImageValue.TYPES, image);
    }

    @Override
    public String prettyName() {
        return "score_image";
    }

    @Override
    public Seq<Expression> children() {
        return seq(List.of(image));
    }

    @Override
    public Expression withNewChildrenInternal(IndexedSeq<Expression> children) {
        return new ScoreImage(children.apply(0), request, answer);
    }

    @Override
    public String toString() {
        return "score_image(" + image + ", " + request.model() + ")";
    }

    private static ScoringRequest wanted(ScoringRequest request, Answer answer) {
        return new ScoringRequest(request.model(), answer.wanted(request.options()), request.threads());
    }
}
