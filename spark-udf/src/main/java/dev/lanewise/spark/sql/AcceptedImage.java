package dev.lanewise.spark.sql;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.jspecify.annotations.Nullable;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/**
 * Whether a row stays, by its score's error. Counts as not deterministic: the optimizer then neither copies nor moves it, and
 * its policy sees each row that gets there once.
 */
public final class AcceptedImage extends ImageExpression {

    private static final long serialVersionUID = 1L;

    /** What becomes of images that cannot be scored. */
    @FunctionalInterface
    public interface Policy extends Serializable {

        /**
         * Whether the row of an image that cannot be scored stays; may throw instead.
         *
         * @param name the image's; null if it has none
         */
        boolean accepts(String error, @Nullable String name);
    }

    private final Expression error;
    private final Expression name;
    private final Policy policy;

    AcceptedImage(Expression error, Expression name, Policy policy) {
        super(error, name, policy);
        this.error = error;
        this.name = name;
        this.policy = policy;
    }

    @Override
    public Object eval(@Nullable InternalRow input) {
        Object reason = error.eval(input);
        if (reason == null) {
            return true;
        }
        Object named = name.eval(input);
        return policy.accepts(reason.toString(), named == null ? null : named.toString());
    }

    @Override
    public boolean deterministic() {
        return false;
    }

    @Override
    public boolean nullable() {
        return false;
    }

    @Override
    public DataType dataType() {
        return DataTypes.BooleanType;
    }

    @Override
    public String prettyName() {
        return "accepted_image";
    }

    @Override
    public Seq<Expression> children() {
        return seq(List.of(error, name));
    }

    @Override
    public Expression withNewChildrenInternal(IndexedSeq<Expression> children) {
        return new AcceptedImage(children.apply(0), children.apply(1), policy);
    }

    @Override
    public String toString() {
        return "accepted_image(" + error + ")";
    }
}
