package dev.lanewise.arrow;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The images beside {@code pillow/make.py} and what Pillow makes of them. */
public final class PillowSamples {

    private PillowSamples() {}

    /** The files of a folder, sorted. */
    public static List<Path> files(String folder) {
        try (Stream<Path> files =
                Files.list(Path.of(Objects.requireNonNull(PillowSamples.class.getResource("pillow/" + folder))
                        .toURI()))) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The image files, without their expected pixels. */
    public static List<Path> images() {
        return files("decode").stream()
                .filter(file -> !isExpectation(file.getFileName().toString()))
                .toList();
    }

    /** An image file by name. */
    public static byte[] image(String name) {
        return bytes(images().stream()
                .filter(file -> file.getFileName().toString().equals(name))
                .findFirst()
                .orElseThrow());
    }

    public static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The file that holds an image's pixels; its name ends in {@code .WxHxC}. */
    public static Path expectation(Path image) {
        String start = image.getFileName() + ".";
        return files("decode").stream()
                .filter(file -> file.getFileName().toString().startsWith(start))
                .findFirst()
                .orElseThrow();
    }

    private static boolean isExpectation(String name) {
        return name.matches(".*\\.\\d+x\\d+x\\d");
    }
}
