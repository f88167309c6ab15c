package dev.lanewise.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.ParameterException;

class BenchToolTest {

    private static final ToolProvider TOOL =
            ToolProvider.findFirst("lanewise-bench").orElseThrow();

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return TOOL.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "convolutions",
                "conv --threads 0",
                "conv --threads two",
                "conv --forks 0",
                "conv --peer tensorflow",
                "conv --filter 9x9",
                "conv --json no/such/folder/bench.json",
                "conv stray"
            })
    void wrongUsageIsSaidBeforeAnythingIsMeasured(String line) {
        String[] arguments = line.isEmpty() ? new String[0] : line.split(" ");
        assertThrows(ParameterException.class, () -> run(arguments));
        assertEquals("", err.toString());
    }

    @Test
    void explainsItself() {
        assertEquals(0, run("conv", "--help"));
        for (String option : new String[] {"--peer", "--threads", "--filter", "--json", "--quick", "--forks"}) {
            assertTrue(out.toString().contains(option), out.toString());
        }
    }

    @Test
    void measuresPackingsIntoTableAndJson(@TempDir Path folder) throws Exception {
        Path json = folder.resolve("bench.json");
        assertEquals(0, run("conv", "--filter", "pack_c2048", "--forks", "1", "--json", json.toString()));
        assertTrue(out.toString().contains("pack_c2048_g1_7x7"), out.toString());
        assertTrue(err.toString().contains("JVM 1 of 1"), err.toString());
        assertEquals(
                "pack_c2048_g1_7x7",
                new ObjectMapper().readTree(json.toFile()).get(0).get("name").asText());
    }
}
