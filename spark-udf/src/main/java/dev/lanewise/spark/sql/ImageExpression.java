package dev.lanewise.spark.sql;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Unevaluable;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenFallback;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;
import org.jspecify.annotations.Nullable;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * What Catalyst asks of an expression over images. Its parts are the arguments of its constructor, in order, by which
 * Catalyst copies it.
 *
 * <p>It is {@link Unevaluable} by name only, as Spark's Python functions are: the optimizer then leaves it to the executors,
 * instead of running a network on the driver when the rows are at hand there.
 */
abstract class ImageExpression extends Expression implements Unevaluable, CodegenFallback, Serializable {

    private static final long serialVersionUID = 1L;

    private final Object[] parts;

    /** @param parts the arguments of the constructor that made this */
    ImageExpression(Object... parts) {
        this.parts = parts;
    }

    @Override
    public abstract @Nullable Object eval(@Nullable InternalRow input);

    @Override
    public final boolean foldable() {
        return false;
    }

    @Override
    public boolean nullable() {
        return true;
    }

    @Override
    public ExprCode doGenCode(CodegenContext context, ExprCode code) {
        return CodegenFallback.super.doGenCode(context, code);
    }

    @Override
    public int productArity() {
        return parts.length;
    }

    @Override
    public Object productElement(int index) {
        return parts[index];
    }

    @Override
    public boolean canEqual(Object other) {
        return other != null && other.getClass() == getClass();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ImageExpression that
                && that.getClass() == getClass()
                && Arrays.equals(parts, that.parts);
    }

    @Override
    public int hashCode() {
        return 31 * getClass().hashCode() + Arrays.hashCode(parts);
    }

    static <T> Seq<T> seq(List<T> elements) {
        return CollectionConverters.asScala(elements).toSeq();
    }

    /** A call as SQL writes it. */
    static String called(String function, Seq<Expression> arguments) {
        return CollectionConverters.asJava(arguments).stream()
                .map(String::valueOf)
                .collect(Collectors.joining(", ", function + "(", ")"));
    }
}
