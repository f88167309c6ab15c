package dev.lanewise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoCommandTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    @BeforeEach
    void nameHome() {
        System.setProperty(
                "lanewise.home", Path.of("..").toAbsolutePath().normalize().toString());
    }

    @Test
    void getsTheImagesRightThatTheNetworkKnowsAlsoASecondTime() throws IOException {
        for (int time = 0; time < 2; time++) {
            CommandRun run = CommandRun.of("demo", "--output", folder);
            assertEquals(0, run.code(), run.err());
            assertTrue(run.outLines().get(0).startsWith("scored 1000 images, 0 invalid, "), run.out());
            assertEquals("929 of 1000 right (92.9 %)", run.lastLine());
            assertTrue(run.out().contains("page    " + folder.resolve("report.html")), run.out());
        }
        assertTrue(Files.exists(folder.resolve("scores/_SUCCESS")));
        String page = Files.readString(folder.resolve("report.html"));
        assertEquals(1000, page.split("<img", -1).length - 1);
        assertTrue(page.contains("929 of 1,000 right"));
        assertTrue(page.length() < 5_000_000, "page of " + page.length());
    }

    @Test
    void refusesAFolderWithOtherFiles() throws IOException {
        Path mine = TestModels.write(folder.resolve("images/holiday.jpg"), new byte[] {1});
        CommandRun run = CommandRun.of("demo", "--output", folder);
        assertEquals(1, run.code());
        assertTrue(run.err().contains("holiday.jpg is not one of the demo's images"), run.err());
        assertTrue(Files.exists(mine));
    }
}
