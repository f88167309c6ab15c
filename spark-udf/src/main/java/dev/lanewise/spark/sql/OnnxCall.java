package dev.lanewise.spark.sql;

import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.analysis.TypeCheckResult;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.types.DataType;
import org.jspecify.annotations.Nullable;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/** A call of an {@link OnnxFunction} as the query has it; {@link BindModels} replaces it once its arguments are known. */
public final class OnnxCall extends ImageExpression {

    private static final long serialVersionUID = 1L;

    private final OnnxFunction function;
    private final Seq<Expression> arguments;

    /** @param arguments as many as {@link OnnxFunction#arities} allows: the image, the model, then what more there is */
    public OnnxCall(OnnxFunction function, Seq<Expression> arguments) {
        super(function, arguments);
        this.function = function;
        this.arguments = arguments;
    }

    OnnxFunction function() {
        return function;
    }

    Expression image() {
        return arguments.apply(0);
    }

    /** The model's name or path. */
    String model() {
        return String.valueOf(arguments.apply(1).eval(null));
    }

    /** The answer that is asked for. */
    Answer answer(List<String> labels, int defaultTopK) {
        return function.answer(
                labels, arguments.size() > 2 ? arguments.apply(2).eval(null) : Integer.valueOf(defaultTopK));
    }

    @Override
    public TypeCheckResult checkInputDataTypes() {
        if (!ImageValue.accepts(image().dataType())) {
            return Arguments.unexpectedType(0, ImageValue.TYPES, image());
        }
        TypeCheckResult refused = Arguments.notAName(1, "model", arguments.apply(1));
        if (refused == null && arguments.size() > 2) {
            refused = function.namesATensor()
                    ? Arguments.notAName(2, "tensor", arguments.apply(2))
                    : Arguments.notACount(2, "topK", arguments.apply(2));
        }
        return refused == null ? Arguments.success() : refused;
    }

    @Override
    public @Nullable Object eval(@Nullable InternalRow input) {
        throw new IllegalStateException(
                this + " has no model yet: the query was not analysed by a session of Lanewise");
    }

    @Override
    public DataType dataType() {
        return function.dataType();
    }

    @Override
    public String prettyName() {
        return function.sqlName();
    }

    @Override
    public Seq<Expression> children() {
        return arguments;
    }

    @Override
    public Expression withNewChildrenInternal(IndexedSeq<Expression> children) {
        return new OnnxCall(function, children);
    }

    @Override
    public String toString() {
        return called(function.sqlName(), arguments);
    }
}
