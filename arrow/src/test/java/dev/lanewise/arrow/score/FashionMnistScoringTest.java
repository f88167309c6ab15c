package dev.lanewise.arrow.score;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.lanewise.arrow.preprocess.Preprocessing;
import dev.lanewise.engine.Model;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The trained network over the thousand images that ship with it. */
class FashionMnistScoringTest {

    private static final Path FOLDER = Path.of("..", "examples", "fashion-mnist");

    private static final Preprocessing PREPROCESSING =
            Preprocessing.preset("unit").withMean(0.2860f).withStd(0.3530f);

    private record Image(int label, byte[] png) {}

    private static final List<Image> IMAGES = new ArrayList<>();
    private static final Model MODEL = Model.load(FOLDER.resolve("fmnist-grouped.onnx"));
    private static List<ImageScore> oneByOne = List.of();

    @BeforeAll
    static void scoreOneByOne() throws IOException {
        try (ZipFile zip = new ZipFile(FOLDER.resolve("fashion-mnist-1000.zip").toFile())) {
            List<String> names = new ArrayList<>();
            zip.stream()
                    .map(ZipEntry::getName)
                    .filter(name -> name.endsWith(".png"))
                    .forEach(names::add);
            Collections.sort(names);
            for (String name : names) {
                String label = name.replaceAll(".*_(\\d+)\\.png", "$1");
                IMAGES.add(new Image(
                        Integer.parseInt(label),
                        zip.getInputStream(zip.getEntry(name)).readAllBytes()));
            }
        }
        oneByOne = score(ScoringOptions.of(PREPROCESSING).withTopK(10).withBatchSize(1), IMAGES);
    }

    @Test
    void isRightOn929Of1000Images() {
        assertEquals(1000, IMAGES.size());
        int right = 0;
        for (int i = 0; i < IMAGES.size(); i++) {
            right += oneByOne.get(i).prediction() == IMAGES.get(i).label ? 1 : 0;
        }
        assertEquals(929, right);
    }

    @ParameterizedTest
    @CsvSource({"1,2,150", "7,1,150", "7,2,150", "64,1,150", "64,2,1000", "64,3,150", "150,2,150"})
    void givesTheSameBitsInAnyBatchOnAnyThreads(int batchSize, int threads, int images) {
        ScoringOptions options = ScoringOptions.of(PREPROCESSING)
                .withTopK(10)
                .withBatchSize(batchSize)
                .withThreads(threads);
        assertEquals(oneByOne.subList(0, images), score(options, IMAGES.subList(0, images)));
    }

    @Test
    void freesAllMemoryWhenAbandonedHalfWay() {
        try (RootAllocator allocator = new RootAllocator()) {
            try (ImageScorer scorer =
                    ImageScorer.of(MODEL, ScoringOptions.of(PREPROCESSING).withThreads(2), allocator)) {
                Iterator<Scored<Image>> scored =
                        scorer.score(IMAGES.iterator(), image -> new ImageInput.Encoded(image.png));
                for (int i = 0; i < 50; i++) {
                    assertEquals(
                            oneByOne.get(i).prediction(), scored.next().score().prediction());
                }
            }
            assertEquals(0, allocator.getAllocatedMemory());
        }
    }

    private static List<ImageScore> score(ScoringOptions options, List<Image> images) {
        List<ImageScore> scores = new ArrayList<>();
        try (RootAllocator allocator = new RootAllocator();
                ImageScorer scorer = ImageScorer.of(MODEL, options, allocator)) {
            Iterator<Scored<Image>> scored =
                    scorer.score(images.iterator(), image -> new ImageInput.Encoded(image.png));
            while (scored.hasNext()) {
                Scored<Image> next = scored.next();
                assertSame(images.get(scores.size()), next.row());
                scores.add(next.score());
            }
            assertEquals(0, allocator.getAllocatedMemory());
        }
        return scores;
    }
}
