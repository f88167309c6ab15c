package dev.lanewise.kernels;

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
    void kernelsKnowNothingButJava() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("dev.lanewise.kernels..", "java..", "org.jspecify.annotations")
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
                .dependOnClassesThat()
                .resideInAnyPackage("..kernels.reference..", "..kernels.conv..", "..kernels.parallel..")
                .check(KERNELS);
    }
}
