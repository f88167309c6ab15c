package dev.lanewise.integration;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Image files by name: sound ones of all kinds, and files broken in every way. */
final class MixedFolder {

    private MixedFolder() {}

    static Map<String, byte[]> good() throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        files.put("plain.jpg", TestImages.rgbJpeg());
        files.put("plain.png", TestImages.rgbPng());
        files.put("cmyk.jpg", TestImages.cmykJpeg());
        files.put("grey16.png", TestImages.greyPng16());
        files.put("rgb16.png", TestImages.rgbPng16());
        files.put("upright.jpg", TestImages.rotatedJpeg(1));
        files.put("turned.jpg", TestImages.rotatedJpeg(6));
        files.put("mirrored.jpg", TestImages.rotatedJpeg(5));
        FashionMnist.images().entrySet().stream()
                .limit(4)
                .forEach(image -> files.put(image.getKey(), image.getValue()));
        return files;
    }

    static Map<String, byte[]> bad() throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        files.put("truncated.jpg", TestImages.truncated(TestImages.rgbJpeg()));
        files.put("truncated.png", TestImages.truncated(TestImages.rgbPng()));
        files.put("truncated-cmyk.jpg", TestImages.truncated(TestImages.cmykJpeg()));
        files.put("empty.jpg", new byte[0]);
        files.put("notes.txt", "These are notes, not an image.".getBytes(StandardCharsets.UTF_8));
        files.put("oversized.png", TestImages.pngClaiming(60_000, 60_000));
        return files;
    }

    static void write(Path folder) throws IOException {
        Map<String, byte[]> files = new TreeMap<>(good());
        files.putAll(bad());
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Files.write(folder.resolve(file.getKey()), file.getValue());
        }
    }
}
