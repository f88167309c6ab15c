package dev.lanewise.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.spark.ImageInference;
import dev.lanewise.spark.score.ExecutorMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The shipped images: the right answers, and the same bits however the work is cut. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ThousandImagesTest {

    private final Path folder;
    private List<String> expected = List.of();

    ThousandImagesTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @BeforeAll
    void scoreOnce() throws IOException {
        for (Map.Entry<String, byte[]> image : FashionMnist.images().entrySet()) {
            Files.write(folder.resolve(image.getKey()), image.getValue());
        }
        expected = ScoreLines.of(score(2, 32, 1), "path");
    }

    @AfterAll
    void nothingStaysAllocated() {
        assertEquals(0, ExecutorMemory.allocatedBytes());
        assertEquals(0, ExecutorMemory.leakedBytes());
    }

    @Test
    void getsAsManyRightAsTheTrainingFrameworkDid() {
        assertEquals(1000, expected.size());
        assertEquals(929, expected.stream().filter(ThousandImagesTest::isRight).count());
    }

    @ParameterizedTest
    @CsvSource({"1, 64, 1", "7, 7, 1", "7, 1, 2"})
    void givesTheSameBitsForEveryCut(int partitions, int batchSize, int threads) {
        assertEquals(expected, ScoreLines.of(score(partitions, batchSize, threads), "path"));
    }

    private List<Row> score(int partitions, int batchSize, int threads) {
        Dataset<Row> images = LocalSpark.session()
                .read()
                .format("binaryFile")
                .load(folder.toString())
                .repartition(partitions);
        return ImageInference.of(FashionMnist.options()
                        .dropInput(true)
                        .batchSize(batchSize)
                        .threads(threads)
                        .build())
                .transform(images)
                .collectAsList();
    }

    /** Whether a line's prediction is the label in the file's name. */
    private static boolean isRight(String line) {
        String[] words = line.split(" ");
        return FashionMnist.labelOf(Path.of(words[0]).getFileName().toString()) == Integer.parseInt(words[1]);
    }
}
