package dev.lanewise.engine;

import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Shape;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import javax.imageio.ImageIO;

/** The example network and its images. */
final class FashionMnist {

    static final Path FOLDER = Path.of("..", "examples", "fashion-mnist");
    static final Path MODEL = FOLDER.resolve("fmnist-grouped.onnx");

    private static final int SIDE = 28;

    private FashionMnist() {}

    /** The first images, normalised as in training. */
    static FloatTensor images(int count) throws IOException {
        float[] pixels = new float[count * SIDE * SIDE];
        try (ZipFile zip = new ZipFile(FOLDER.resolve("fashion-mnist-1000.zip").toFile())) {
            List<? extends ZipEntry> entries = Collections.list(zip.entries());
            entries.sort(Comparator.comparing(ZipEntry::getName));
            int next = 0;
            for (ZipEntry entry : entries.subList(0, count)) {
                BufferedImage image = ImageIO.read(zip.getInputStream(entry));
                for (int y = 0; y < SIDE; y++) {
                    for (int x = 0; x < SIDE; x++) {
                        // The grey value itself: getRGB would convert between colour spaces.
                        float pixel = image.getRaster().getSample(x, y, 0);
                        pixels[next++] = (pixel / 255 - 0.2860f) / 0.3530f;
                    }
                }
            }
        }
        return FloatTensor.of(Shape.of(count, 1, SIDE, SIDE), pixels);
    }

    /** The classes of the first images, as their names say: {@code 00042_3.png} shows class 3. */
    static int[] labels(int count) throws IOException {
        try (ZipFile zip = new ZipFile(FOLDER.resolve("fashion-mnist-1000.zip").toFile())) {
            return zip.stream()
                    .map(ZipEntry::getName)
                    .sorted()
                    .limit(count)
                    .mapToInt(name -> Character.digit(name.charAt(name.indexOf('_') + 1), 10))
                    .toArray();
        }
    }

    /** The logits of the first 16 images, as the training framework computes them. */
    static double[][] logits() throws IOException {
        return Files.readAllLines(FOLDER.resolve("fashion-mnist-logits-16.csv")).stream()
                .map(line -> Arrays.stream(line.split(","))
                        .mapToDouble(Double::parseDouble)
                        .toArray())
                .toArray(double[][]::new);
    }
}
