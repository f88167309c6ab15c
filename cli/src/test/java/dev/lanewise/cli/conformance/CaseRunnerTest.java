package dev.lanewise.cli.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.cli.TestModels;
import dev.lanewise.cli.conformance.Verdict.Failed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaseRunnerTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    @Test
    void leavesACaseBehindThatTakesTooLong() throws InterruptedException {
        TestModels.write(folder.resolve("model.onnx"), TestModels.ofOneNode("Relu", List.of("x"), "y"));
        Verdict verdict = new CaseRunner(Duration.ZERO).run(new BackendCase("slow", folder));
        assertEquals(new Failed("took more than 0 s"), verdict);
    }
}
