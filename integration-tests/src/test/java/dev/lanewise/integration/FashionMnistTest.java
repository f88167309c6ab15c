package dev.lanewise.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lanewise.spark.ImageInference;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * All 10,000 test images, from Debian's package {@code dataset-fashion-mnist}. Where that is not installed the test is
 * skipped, unless the environment says {@code CI=true}.
 */
class FashionMnistTest {

    private static final Path DATASET = Path.of("/usr/share/datasets/fashion-mnist");
    private static final Path IMAGES = DATASET.resolve("t10k-images-idx3-ubyte.gz");
    private static final Path LABELS = DATASET.resolve("t10k-labels-idx1-ubyte.gz");

    @BeforeAll
    static void needsTheDataset() {
        boolean installed = Files.isReadable(IMAGES) && Files.isReadable(LABELS);
        assumeTrue(
                installed || "true".equals(System.getenv("CI")),
                "Fashion-MNIST is not in " + DATASET + "; install it with: apt-get install dataset-fashion-mnist");
    }

    @Test
    void getsExactlyAsManyRightAsTheTrainingFrameworkDid() throws IOException {
        Dataset<Row> scored = ImageInference.of(FashionMnist.options()
                        .inputCol("png")
                        .dropInput(true)
                        .topK(1)
                        .batchSize(64)
                        .build())
                .transform(LocalSpark.session()
                        .createDataFrame(
                                rows(),
                                new StructType()
                                        .add("png", DataTypes.BinaryType)
                                        .add("class", DataTypes.IntegerType))
                        .repartition(4));
        scored = scored.cache();
        assertEquals(10_000, scored.filter("error IS NULL").count());
        assertEquals(9136, scored.filter("prediction = class").count());
        scored.unpersist(true);
    }

    private static List<Row> rows() throws IOException {
        List<Row> rows = new ArrayList<>();
        try (DataInputStream images = open(IMAGES, 0x803, 10_000);
                DataInputStream labels = open(LABELS, 0x801, 10_000)) {
            int height = images.readInt();
            int width = images.readInt();
            for (int i = 0; i < 10_000; i++) {
                byte[] pixels = images.readNBytes(height * width);
                rows.add(RowFactory.create(png(pixels, width, height), labels.readUnsignedByte()));
            }
        }
        return rows;
    }

    /** Opens an idx file and reads its magic number and count. */
    private static DataInputStream open(Path file, int magic, int count) throws IOException {
        DataInputStream in = new DataInputStream(new GZIPInputStream(Files.newInputStream(file)));
        assertEquals(magic, in.readInt(), file.toString());
        assertEquals(count, in.readInt(), file.toString());
        return in;
    }

    private static byte[] png(byte[] grey, int width, int height) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
        image.getRaster().setDataElements(0, 0, width, height, grey);
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(image, "png", png);
        return png.toByteArray();
    }
}
