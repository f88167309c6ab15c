package dev.lanewise.spark.sql;

import dev.lanewise.spark.model.NamedModel;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.ExprId;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.logical.LocalRelation;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;

/** The models that the session's settings name, as a relation. */
final class OnnxModels {

    private OnnxModels() {}

    /** @throws IllegalArgumentException if a model's settings are wrong */
    static LogicalPlan relation() {
        List<Attribute> columns = List.of(
                column("name", DataTypes.StringType, false),
                column("path", DataTypes.StringType, false),
                column("labels", DataTypes.StringType, true),
                column("preprocessing", DataTypes.StringType, false),
                column("activation", DataTypes.StringType, false),
                column("topK", DataTypes.IntegerType, false),
                column("winograd", DataTypes.BooleanType, false));
        List<InternalRow> rows = NamedModel.all(
                        CollectionConverters.asJava(SQLConf.get().getAllConfs()))
                .stream()
                .map(OnnxModels::row)
                .toList();
        return new LocalRelation(ImageExpression.seq(columns), ImageExpression.seq(rows), false, Option.empty());
    }

    private static Attribute column(String name, DataType type, boolean nullable) {
        ExprId id = NamedExpression.newExprId();
        return new AttributeReference(name, type, nullable, Metadata.empty(), id, ImageExpression.seq(List.of()));
    }

    private static InternalRow row(NamedModel model) {
        @Nullable
        Object[] fields = Stream.of(
                        model.name(),
                        model.path(),
                        model.labelsPath(),
                        model.scoring().preprocessing().toString(),
                        model.scoring().activation().name().toLowerCase(Locale.ROOT),
                        model.scoring().topK(),
                        model.options().winograd())
                .map(value -> value instanceof String text ? UTF8String.fromString(text) : value)
                .toArray();
        return new GenericInternalRow(fields);
    }
}
