package dev.lanewise.benchmarks.cluster;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PhotographsTest {

    @TempDir
    private Path folder;

    @Test
    void areTheSameForTheSameSeedAndOthersForAnother() throws IOException {
        Photographs.write(folder.resolve("a"), 6, 7);
        Photographs.write(folder.resolve("b"), 6, 7);
        Photographs.write(folder.resolve("c"), 1, 8);

        for (int number = 0; number < 6; number++) {
            assertArrayEquals(bytes("a", number), bytes("b", number));
        }
        assertFalse(Arrays.equals(bytes("a", 0), bytes("c", 0)));
    }

    @Test
    void areWhatADecoderMeetsInPractice() throws IOException {
        Photographs.write(folder, 5, 1);

        BufferedImage usual = ImageIO.read(folder.resolve("photo-000000.jpg").toFile());
        assertEquals(500, usual.getWidth());
        assertEquals(375, usual.getHeight());
        // ImageNet's files have about 0.6 bytes a pixel.
        double bytesPerPixel = (double) Files.size(folder.resolve("photo-000000.jpg")) / (500 * 375);
        assertTrue(bytesPerPixel > 0.3 && bytesPerPixel < 0.9, "bytes a pixel: " + bytesPerPixel);
    }

    private byte[] bytes(String name, int number) throws IOException {
        return Files.readAllBytes(folder.resolve(name).resolve("photo-00000" + number + ".jpg"));
    }
}
