package dev.lanewise.spark.sql;

import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.types.DataType;
import org.jspecify.annotations.Nullable;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/** The answer to one call, made of the {@link RawScore} that the scoring operator has appended to the row. */
public final class ScoreAnswer extends ImageExpression {

    private static final long serialVersionUID = 1L;

    private final Expression raw;
    private final Answer answer;
    private final List<String> values;

    /** @param values the names of the values that the raw score holds */
    public ScoreAnswer(Expression raw, Answer answer, List<String> values) {
        super(raw, answer, values);
        this.raw = raw;
        this.answer = answer;
        this.values = List.copyOf(values);
    }

    @Override
    public @Nullable Object eval(@Nullable InternalRow input) {
        return answer.of((InternalRow) raw.eval(input), values);
    }

    @Override
    public DataType dataType() {
        return answer.dataType();
    }

    @Override
    public String prettyName() {
        return "score_answer";
    }

    @Override
    public Seq<Expression> children() {
        return seq(List.of(raw));
    }

    @Override
    public Expression withNewChildrenInternal(IndexedSeq<Expression> children) {
        return new ScoreAnswer(children.apply(0), answer, values);
    }

    @Override
    public String toString() {
        return answer.getClass().getSimpleName().toLowerCase(Locale.ROOT) + "(" + raw + ")";
    }
}
