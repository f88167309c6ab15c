package dev.lanewise.spark;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class RoomsTest {

    private static final JavaClasses SPARK = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.lanewise.spark");

    @Test
    void sparkKnowsNeitherTheCommandLineNorTheFileFormat() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.lanewise.cli..",
                        "picocli..",
                        "ai.onnx..",
                        "com.google.protobuf..",
                        "com.twelvemonkeys..",
                        "com.drew..")
                .check(SPARK);
    }

    @Test
    void roomsDependOneWay() {
        slices().matching("dev.lanewise.spark.(*)..")
                .should()
                .beFreeOfCycles()
                .allowEmptyShould(true)
                .check(SPARK);
    }
}
