package dev.lanewise.benchmarks.measure;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class TemporaryFolderTest {

    @Test
    void takesWithItAlsoWhatOthersPutThere() throws IOException {
        Path file;
        Path strange;
        try (TemporaryFolder folder = TemporaryFolder.create()) {
            file = Files.writeString(folder.file("network.onnx"), "bytes");
            strange = Files.writeString(file.resolveSibling("profile_2026.json"), "[]");
            folder.file("never written");
            assertTrue(Files.exists(strange));
        }
        assertFalse(Files.exists(strange));
        assertFalse(Files.exists(file.resolveSibling(".").normalize()));
    }
}
