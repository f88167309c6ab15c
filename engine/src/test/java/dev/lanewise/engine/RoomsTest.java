package dev.lanewise.engine;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class RoomsTest {

    private static final JavaClasses ENGINE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.lanewise.engine");

    @Test
    void engineKnowsNeitherArrowNorSpark() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.lanewise.arrow..", "dev.lanewise.spark..", "dev.lanewise.cli..", "org.apache..", "scala..")
                .check(ENGINE);
    }

    @Test
    void roomsDependOneWay() {
        slices().matching("dev.lanewise.engine.(*)..").should().beFreeOfCycles().check(ENGINE);
    }

    @Test
    void onlyTheOnnxRoomSeesTheFileFormat() {
        noClasses()
                .that()
                .resideOutsideOfPackage("..engine.onnx..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("ai.onnx..", "com.google.protobuf..")
                .check(ENGINE);
    }

    @Test
    void theGraphKnowsNoOtherRoom() {
        noClasses()
                .that()
                .resideInAPackage("..engine.graph..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("..engine.onnx..", "..engine.compile..", "..engine.run..")
                .check(ENGINE);
    }
}
