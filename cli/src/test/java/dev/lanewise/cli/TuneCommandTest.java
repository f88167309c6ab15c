package dev.lanewise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.kernels.tune.Platform;
import dev.lanewise.kernels.tune.ScheduleLog;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TuneCommandTest {

    private static final String WORKLOAD = "c8 6x6 o8 g1 k3x3 s1x1 d1x1 p0,0,0,0 n1 plain";

    @TempDir
    private Path folder;

    private CommandRun tune(Object... more) {
        Path model = TestModels.write(folder.resolve("conv.onnx"), TestModels.ofOneConvolution());
        Object[] arguments = new Object[5 + more.length];
        System.arraycopy(
                new Object[] {"tune", "--model", model, "--log", folder.resolve("log.jsonl")}, 0, arguments, 0, 5);
        System.arraycopy(more, 0, arguments, 5, more.length);
        return CommandRun.of(arguments);
    }

    @Test
    void writesTheBestScheduleToTheLogOnce() throws Exception {
        CommandRun first = tune("--candidates", "2");
        assertEquals(0, first.code(), first.err());
        assertTrue(first.err().startsWith("[1/1] " + WORKLOAD + ": direct f32x8 "), first.err());
        assertTrue(first.lastLine().startsWith(WORKLOAD + "  direct f32x8 "), first.out());
        ScheduleLog log = ScheduleLog.read(folder.resolve("log.jsonl"));
        assertEquals(1, log.entries().size());
        assertEquals(WORKLOAD, log.entries().get(0).workload());
        assertEquals(Platform.current(), log.entries().get(0).platform());

        CommandRun second = tune("--candidates", "2");
        assertEquals(0, second.code(), second.err());
        assertTrue(second.err().contains("already in the log"), second.err());
        assertEquals(
                log.entries(), ScheduleLog.read(folder.resolve("log.jsonl")).entries());
    }

    @Test
    void namesTheLineOfALogThatIsNone() throws Exception {
        Files.writeString(folder.resolve("log.jsonl"), "tune me\n");
        CommandRun run = tune();
        assertEquals(1, run.code());
        assertTrue(run.err().contains("log.jsonl, line 1: not a JSON object"), run.err());
    }

    @Test
    void asksForShapesThatTheModelLeavesOpen() {
        CommandRun run = CommandRun.of(
                "tune", "--model", TestModels.FASHION, "--log", folder.resolve("log.jsonl"), "--shape", "input=1xAx28");
        assertEquals(2, run.code());
        assertTrue(run.err().contains("--shape must be like"), run.err());
    }

    @Test
    void refusesToTimeNothing() {
        CommandRun run = tune("--candidates", "0");
        assertEquals(2, run.code());
        assertTrue(run.err().contains("--candidates must be at least 1, not 0"), run.err());
    }
}
