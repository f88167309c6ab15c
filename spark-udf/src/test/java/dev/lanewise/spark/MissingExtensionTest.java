package dev.lanewise.spark;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.spark.sql.LanewiseExtensions;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import scala.Option;

/** A session that Lanewise's extension did not get into, as one that was there before the jar. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MissingExtensionTest {

    private final SparkSession spark = Clothes.session();
    private final SparkSession without = spark.newSession();

    @BeforeAll
    void removeTheFunctions() {
        ((org.apache.spark.sql.classic.SparkSession) without)
                .sessionState()
                .functionRegistry()
                .dropFunction(new FunctionIdentifier("onnx_classify", Option.empty(), Option.empty()));
        SparkSession.setActiveSession(without);
    }

    @AfterAll
    void stop() {
        SparkSession.clearActiveSession();
        spark.stop();
    }

    private enum Door {
        CHECK,
        TRANSFORMER,
        CLASSIFY,
        PREDICT,
        EMBED
    }

    @ParameterizedTest
    @EnumSource
    void isAnErrorWithItsRemedy(Door door) {
        InferenceOptions options = Clothes.options().build();
        Executable call =
                switch (door) {
                    case CHECK -> () -> LanewiseExtensions.check(without);
                    case TRANSFORMER -> () -> Clothes.transformer().transform(without.sql("SELECT X'00' AS content"));
                    case CLASSIFY -> () -> LanewiseUdfs.classify(options);
                    case PREDICT -> () -> LanewiseUdfs.predict(options);
                    case EMBED -> () -> LanewiseUdfs.embed(options, Clothes.EMBEDDING);
                };
        String message =
                String.valueOf(assertThrows(IllegalStateException.class, call).getMessage());
        assertTrue(message.contains("started without Lanewise's extension"), message);
        assertTrue(message.contains("--packages"), message);
    }
}
