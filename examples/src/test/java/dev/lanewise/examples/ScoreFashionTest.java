package dev.lanewise.examples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoreFashionTest {

    @Test
    void getsAsManyRightAsTheReadmeSays(@TempDir Path output) throws Exception {
        String text = Printed.by(ScoreFashion::main, "fashion-mnist", output.toString());
        assertTrue(text.lines().anyMatch("929 of 1000 right"::equals), text);
        assertTrue(text.lines().anyMatch(line -> line.startsWith("Ankle boot")), text);
    }
}
