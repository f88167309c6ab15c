package dev.lanewise.arrow.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;

/** The odd and broken files that the TwelveMonkeys reader is tested with. */
class OddJpegTest {

    /** Garbage right after the first marker: Pillow does not take it for an image either. */
    private static final Set<String> NO_IMAGES = Set.of("jpeg/0x00-to-0xFF-between-segments.jpg");

    private final ImageDecoder decoder = new ImageDecoder();

    @Test
    void everyOddFileDecodesAndEveryBrokenOneDecodesOrGivesAReason() throws IOException {
        Set<String> failed = new TreeSet<>();
        int decoded = 0;
        try (JarFile jar = jar()) {
            for (JarEntry entry : jar.stream().toList()) {
                String name = entry.getName();
                if (!name.matches("(broken-jpeg|jpeg|jpeg-lossless|exif)/.*jpe?g")) {
                    continue;
                }
                byte[] file;
                try (InputStream in = jar.getInputStream(entry)) {
                    file = in.readAllBytes();
                }
                if (assertTimeout(Duration.ofSeconds(60), () -> isDecoded(name, file))) {
                    decoded++;
                } else if (!name.startsWith("broken-jpeg/")) {
                    failed.add(name);
                }
            }
        }
        assertEquals(NO_IMAGES, failed);
        assertTrue(decoded > 70, decoded + " files decoded");
    }

    @Test
    void turnsEveryOrientationUpright() throws Exception {
        for (String kind : List.of("Landscape", "Portrait")) {
            for (int orientation = 1; orientation <= 8; orientation++) {
                URL url = Objects.requireNonNull(getClass().getResource("/exif/" + kind + "_" + orientation + ".jpg"));
                byte[] file;
                try (InputStream in = url.openStream()) {
                    file = in.readAllBytes();
                }
                Pixels pixels = decoder.decode(file);
                assertEquals(kind.equals("Landscape"), pixels.width() > pixels.height(), url::toString);
            }
        }
    }

    private boolean isDecoded(String name, byte[] file) {
        try {
            Pixels pixels = decoder.decode(file);
            ImageHeader header = decoder.header(file);
            assertEquals(header.width() + "x" + header.height(), pixels.width() + "x" + pixels.height(), name);
            return true;
        } catch (ImageException reason) {
            assertFalse(reason.getMessage().contains("\n"), name);
            return false;
        }
    }

    private JarFile jar() throws IOException {
        URL sample = Objects.requireNonNull(getClass().getResource("/jpeg/cmyk-sample.jpg"));
        JarURLConnection connection = (JarURLConnection) sample.openConnection();
        connection.setUseCaches(false);
        return connection.getJarFile();
    }
}
