package dev.lanewise.cli;

import dev.lanewise.cli.conformance.BackendCase;
import dev.lanewise.cli.conformance.CaseRunner;
import dev.lanewise.cli.conformance.Verdict;
import dev.lanewise.cli.conformance.Verdict.Failed;
import dev.lanewise.cli.conformance.Verdict.Skipped;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lanewise conformance}: ONNX's own backend tests. */
@Command(
        name = "conformance",
        description = "Runs ONNX backend test folders and compares with the expected outputs.",
        customSynopsis = "lanewise conformance DIR...",
        footer = {"", "Ends with the line 'N passed, N failed, N skipped'; the exit code is 1 if any failed."},
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class ConformanceCommand implements Callable<Integer> {

    /** Enough for any case of ONNX's on a slow machine. */
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(
            paramLabel = "DIR",
            arity = "1..*",
            description = "A case (a folder with model.onnx and test_data_set_0, ...), or a folder that holds cases.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private List<Path> folders;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommonOptions common;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Set<BackendCase> cases = new LinkedHashSet<>();
        for (Path folder : folders) {
            cases.addAll(BackendCase.find(folder));
        }
        PrintWriter out = spec.commandLine().getOut();
        CaseRunner runner = new CaseRunner(LIMIT);
        int passed = 0;
        int failed = 0;
        int skipped = 0;
        for (BackendCase backendCase : cases) {
            Verdict verdict = runner.run(backendCase);
            if (verdict instanceof Failed failure) {
                failed++;
                out.println("failed  " + backendCase.name() + ": " + Failures.oneLine(failure.reason()));
            } else if (verdict instanceof Skipped skip) {
                skipped++;
                out.println("skipped " + backendCase.name() + ": " + Failures.oneLine(skip.reason()));
            } else {
                passed++;
                if (common.verbose()) {
                    out.println("passed  " + backendCase.name());
                }
            }
        }
        out.printf(Locale.ROOT, "%d passed, %d failed, %d skipped%n", passed, failed, skipped);
        return failed == 0 ? 0 : Main.FAILED;
    }
}
