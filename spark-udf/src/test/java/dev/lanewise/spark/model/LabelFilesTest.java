package dev.lanewise.spark.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelFilesTest {

    private final Path folder;

    LabelFilesTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void readsOneNameALineByPathAndByUri() throws IOException {
        Path file = Files.writeString(folder.resolve("labels.txt"), " Katze\r\n\nHündin \n\n\n");
        List<String> expected = List.of("Katze", "", "Hündin");
        assertEquals(expected, LabelFiles.read(file.toString(), new Configuration()));
        assertEquals(expected, LabelFiles.read(file.toUri().toString(), new Configuration()));
    }

    @Test
    void refusesWhatNamesNothing() throws IOException {
        assertRefused("does not exist", folder.resolve("none.txt"));
        assertRefused("is a folder", folder);
        assertRefused("is empty", Files.writeString(folder.resolve("empty.txt"), "\n \n"));
        assertRefused("is not UTF-8", Files.write(folder.resolve("latin.txt"), new byte[] {'H', (byte) 0xfc, '\n'}));
    }

    @Test
    void refusesAPathOfNothing() {
        String message = String.valueOf(
                assertThrows(IllegalArgumentException.class, () -> LabelFiles.read(" ", new Configuration()))
                        .getMessage());
        assertTrue(message.contains("the path of the labels is empty"), message);
    }

    private static void assertRefused(String part, Path file) {
        String message = String.valueOf(assertThrows(
                        IllegalArgumentException.class, () -> LabelFiles.read(file.toString(), new Configuration()))
                .getMessage());
        assertTrue(message.contains(part) && message.contains(file.toString()), message);
    }
}
