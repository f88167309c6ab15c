package dev.lanewise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class MainTest {

    @ParameterizedTest
    @ValueSource(strings = {"demo", "score", "infer", "explain", "compile", "conformance", "bench"})
    void everyVerbExplainsItself(String verb) {
        CommandRun run = CommandRun.of(verb, "--help");
        assertEquals(0, run.code());
        assertTrue(run.out().contains("Usage: lanewise " + verb), run.out());
        assertEquals("", run.err());
    }

    @Test
    void helpNamesTheVerbsAndTheExitCodes() {
        CommandRun run = CommandRun.of("--help");
        assertEquals(0, run.code());
        for (String word :
                new String[] {"demo", "score", "infer", "explain", "compile", "conformance", "bench", "Exit codes"}) {
            assertTrue(run.out().contains(word), run.out());
        }
    }

    @Test
    void tellsItsVersion() {
        CommandRun run = CommandRun.of("--version");
        assertEquals(0, run.code());
        assertTrue(run.outLines().get(0).matches("lanewise \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?"), run.out());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "scroe",
                "score",
                "score --model m --input i",
                "score --model m --input i --output o --format xml",
                "score --model m --input i --output o --top-k 0",
                "score --model m --input i --output o --batch-size -1",
                "score --model m --input i --output o --threads 0",
                "score --model m --input i --output o --preset nothing",
                "score --model m --input i --output o --mean a,b",
                "score --model m --input i --output o --mean 1,2,3,4",
                "score --model m --input i --output o --std 0",
                "score --model m --input i --output o --crop -3",
                "score --model m --input i --output o --channels cmyk",
                "score --model m --input i --output o --handle-invalid ignore",
                "score --model m --input i --output o stray",
                "infer --model m --input i",
                "explain",
                "explain --model m --shape 1x3",
                "explain --model m --shape x=1x-3",
                "conformance",
                "bench",
                "bench --nothing",
                "demo --nothing"
            })
    void wrongUsageGivesOneLineAndCodeTwo(String line) {
        CommandRun run = CommandRun.of((Object[]) (line.isEmpty() ? new String[0] : line.split(" ")));
        assertEquals(2, run.code(), run.err());
        assertEquals(1, run.errLines().size(), run.err());
        assertTrue(run.err().startsWith("lanewise: "), run.err());
        assertTrue(run.err().contains("--help'"), run.err());
        assertEquals("", run.out());
    }

    @Test
    void benchNeedsTheBenchmarks() {
        CommandRun run = CommandRun.of("bench", "conv", "--peer", "ort");
        assertEquals(1, run.code(), run.err());
        assertTrue(run.err().startsWith("lanewise: the benchmarks are not on the class path"), run.err());
    }

    @Test
    void anotherSparkGivesOneLine() {
        StringWriter err = new StringWriter();
        Callable<Integer> command = new WithAnotherSpark();
        int code = Main.run(new CommandLine(command), new PrintWriter(err, true), new PrintWriter(err, true));
        assertEquals(1, code);
        assertEquals(
                "lanewise: this Spark does not fit: Lanewise needs Spark 4.1 with Scala 2.13"
                        + " (NoClassDefFoundError: org/apache/spark/sql/classic/Dataset)",
                err.toString().strip());
    }

    @Command
    private static final class WithAnotherSpark implements Callable<Integer> {

        @Override
        public Integer call() {
            throw new NoClassDefFoundError("org/apache/spark/sql/classic/Dataset");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "scor                | unknown command 'scor'; there are demo, score, infer, explain, compile,",
                "score --model m --input i --output o --topk 3 | unknown option '--topk'; did you mean --top-k?; see 'lanewise score --help'",
                "demo shoes          | unexpected argument 'shoes'; see 'lanewise demo --help'",
                "help scor           | unknown command 'scor'; there are demo",
                "bench               | a benchmark is missing"
            })
    void wrongUsageSaysWhatWasNotExpected(String line, String part) {
        CommandRun run = CommandRun.of((Object[]) line.split(" "));
        assertEquals(2, run.code(), run.err());
        assertTrue(run.err().contains(part), run.err());
    }

    @Test
    void helpIsAVerbToo() {
        assertEquals(CommandRun.of("--help"), CommandRun.of("help"));
        assertEquals(CommandRun.of("score", "--help"), CommandRun.of("help", "score"));
        assertEquals(CommandRun.of("bench", "--help"), CommandRun.of("help", "bench"));
    }

    @Test
    void aMissingFileSystemIsNamedWithTheRemedy() {
        CommandRun run = CommandRun.of("score", "--model", "s3a://bucket/m.onnx", "--input", "i", "--output", "o");
        assertEquals(1, run.code());
        assertEquals(1, run.errLines().size(), run.err());
        assertTrue(run.err().contains("the jar of this file system is missing"), run.err());
        assertTrue(run.err().contains("S3AFileSystem"), run.err());
    }
}
