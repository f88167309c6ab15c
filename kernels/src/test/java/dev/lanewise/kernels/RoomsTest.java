package dev.lanewise.kernels;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class RoomsTest {

    private static final JavaClasses KERNELS = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.lanewise.kernels");

    @Test
    void kernelsKnowNothingButJavaAndACompiler() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "dev.lanewise.kernels..",
                        "java..",
                        "org.jspecify.annotations",
                        "org.codehaus..",
                        "com.sun.management")
                .check(KERNELS);
    }

    @Test
    void roomsDependOneWay() {
        slices().matching("dev.lanewise.kernels.(*)..")
                .should()
                .beFreeOfCycles()
                .check(KERNELS);
    }

    @Test
    void tensorsStandAlone() {
        noClasses()
                .that()
                .resideInAPackage("..kernels.tensor..")
                .should()
                .dependOnClassesThat(resideInAPackage("dev.lanewise.kernels..")
                        .and(resideOutsideOfPackage("dev.lanewise.kernels.tensor..")))
                .check(KERNELS);
    }
}
