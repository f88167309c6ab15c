package dev.lanewise.benchmarks;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class RoomsTest {

    private static final JavaClasses BENCHMARKS = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPath(Path.of("target", "classes"));

    @Test
    void roomsDependOneWay() {
        slices().matching("dev.lanewise.benchmarks.(*)..")
                .should()
                .beFreeOfCycles()
                .check(BENCHMARKS);
    }

    @Test
    void measuringKnowsNothingOfWhatIsMeasured() {
        noClasses()
                .that()
                .resideInAPackage("..benchmarks.measure..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "..benchmarks.conv..", "..benchmarks.model..", "..benchmarks.report..", "ai.onnxruntime..")
                .check(BENCHMARKS);
    }

    @Test
    void onlyThePeerKnowsOnnxRuntime() {
        noClasses()
                .that()
                .resideOutsideOfPackage("..benchmarks.peer..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("ai.onnxruntime..")
                .check(BENCHMARKS);
    }

    @Test
    void onlyTheCommandsKnowTheCommandLine() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.lanewise.benchmarks")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("picocli..")
                .check(BENCHMARKS);
    }
}
