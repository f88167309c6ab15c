package dev.lanewise.integration;

import dev.lanewise.arrow.preprocess.Preprocessing;
import dev.lanewise.arrow.preprocess.Resize;
import dev.lanewise.spark.InferenceOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** The shipped model and its images. */
final class FashionMnist {

    static final List<String> LABELS = List.of(
            "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot");

    /** What the model was trained on: pixel / 255, less the mean, by the standard deviation. */
    static final Preprocessing PREPROCESSING =
            Preprocessing.preset("unit").withMean(0.2860f).withStd(0.3530f);

    private static final Path FOLDER = Path.of(System.getProperty("lanewise.examples"), "fashion-mnist");

    static final Path MODEL = FOLDER.resolve("fmnist-grouped.onnx");

    private FashionMnist() {}

    /** The model on images of 28x28 pixels. */
    static InferenceOptions.Builder options() {
        return InferenceOptions.builder()
                .modelPath(MODEL.toString())
                .labels(LABELS)
                .preprocessing(PREPROCESSING);
    }

    /** The model on images of any size. */
    static InferenceOptions.Builder resizingOptions() {
        return options().preprocessing(PREPROCESSING.withResize(Resize.exact(28, 28)));
    }

    /** The 1,000 shipped images: PNG files by name, {@code <index>_<label>.png}. */
    static NavigableMap<String, byte[]> images() throws IOException {
        NavigableMap<String, byte[]> images = new TreeMap<>();
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(FOLDER.resolve("fashion-mnist-1000.zip")))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (entry.getName().endsWith(".png")) {
                    images.put(Path.of(entry.getName()).getFileName().toString(), zip.readAllBytes());
                }
            }
        }
        return images;
    }

    /** The class in an image's name. */
    static int labelOf(String name) {
        return Integer.parseInt(name.substring(name.indexOf('_') + 1, name.indexOf('.')));
    }
}
