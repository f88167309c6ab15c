package dev.lanewise.spark.sql;

import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.SparkSessionExtensionsProvider;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import scala.Option;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;

/**
 * Brings Lanewise into Spark SQL. Spark finds it by itself wherever the jar is on the class path when the session starts
 * ({@code --packages}, {@code --jars}); {@code spark.sql.extensions} may name it too, which changes nothing.
 */
public final class LanewiseExtensions extends AbstractFunction1<SparkSessionExtensions, BoxedUnit>
        implements SparkSessionExtensionsProvider {

    @Override
    public BoxedUnit apply(SparkSessionExtensions extensions) {
        for (OnnxFunction function : OnnxFunction.values()) {
            extensions.injectFunction(
                    Functions.of(function).scalar(function.arities(), arguments -> new OnnxCall(function, arguments)));
        }
        for (PictureFunction function : PictureFunction.values()) {
            extensions.injectFunction(Functions.of(function)
                    .scalar(function.arities(), arguments -> new PictureCall(function, arguments)));
        }
        extensions.injectTableFunction(Functions.MODELS.table(List.of(0), none -> OnnxModels.relation()));
        extensions.injectPostHocResolutionRule(
                session -> new BindModels((org.apache.spark.sql.classic.SparkSession) session));
        extensions.injectPreCBORule(session -> new ExtractScores());
        extensions.injectPlannerStrategy(session -> new ScoreImagesStrategy());
        extensions.injectColumnar(session -> new ScoringOfBatches());
        return BoxedUnit.UNIT;
    }

    /**
     * Makes sure that the session knows Lanewise's functions and its operator.
     *
     * @throws IllegalStateException if it does not, with the remedy
     */
    public static void check(SparkSession session) {
        if (!(session instanceof org.apache.spark.sql.classic.SparkSession classic)) {
            throw new IllegalStateException("Lanewise cannot work in a Spark Connect client; start the server with"
                    + " --packages or --jars of Lanewise's bundle, and call its SQL functions");
        }
        if (!isInstalled(classic)) {
            throw new IllegalStateException(
                    "this Spark session started without Lanewise's extension: the jar came after"
                            + " it (ADD JAR, addJar), or the extension failed, which the driver's log tells. Give the bundle to"
                            + " spark-submit or spark-shell by --packages or --jars, or set spark.sql.extensions="
                            + LanewiseExtensions.class.getName() + " before the session starts");
        }
    }

    /** Whether {@link #check} would find them. */
    public static boolean isInstalled(SparkSession session) {
        FunctionIdentifier any =
                new FunctionIdentifier(OnnxFunction.ONNX_CLASSIFY.sqlName(), Option.empty(), Option.empty());
        return session instanceof org.apache.spark.sql.classic.SparkSession classic
                && classic.sessionState().functionRegistry().functionExists(any);
    }
}
