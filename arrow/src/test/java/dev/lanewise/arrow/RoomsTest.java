package dev.lanewise.arrow;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class RoomsTest {

    private static final JavaClasses ARROW = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.lanewise.arrow");

    @Test
    void arrowKnowsNeitherSparkNorTheFileFormat() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.lanewise.spark..",
                        "dev.lanewise.cli..",
                        "org.apache.spark..",
                        "scala..",
                        "ai.onnx..",
                        "com.google.protobuf..")
                .check(ARROW);
    }

    @Test
    void roomsDependOneWay() {
        slices().matching("dev.lanewise.arrow.(*)..")
                .should()
                .beFreeOfCycles()
                .allowEmptyShould(true)
                .check(ARROW);
    }
}
