package dev.lanewise.spark.sql;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.AttributeSet$;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.QueryPlan;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** Plans and expressions in Java's collections. */
final class Plans {

    private Plans() {}

    static List<Expression> children(Expression expression) {
        return CollectionConverters.asJava(expression.children());
    }

    static List<Expression> expressions(QueryPlan<?> plan) {
        return CollectionConverters.asJava(plan.expressions());
    }

    static List<Attribute> output(QueryPlan<?> plan) {
        return CollectionConverters.asJava(plan.output());
    }

    static AttributeSet attributes(List<? extends Expression> expressions) {
        return AttributeSet$.MODULE$.apply(ImageExpression.seq(List.<Expression>copyOf(expressions)));
    }

    static Seq<Attribute> append(Seq<Attribute> attributes, Attribute last) {
        List<Attribute> all = new ArrayList<>(CollectionConverters.asJava(attributes));
        all.add(last);
        return ImageExpression.seq(all);
    }

    /** Scala's sequences are covariant and never written. */
    @SuppressWarnings("unchecked")
    static <T> Seq<T> upcast(Seq<? extends T> elements) {
        return (Seq<T>) elements;
    }
}
