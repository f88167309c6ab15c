package dev.lanewise.spark.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.spark.score.ExecutorMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.FileSourceScanExec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Parquet table of more bytes of images than there is heap. */
class LargeImagesTest {

    private static final int IMAGES = 4096;
    private static final int BYTES = 600_000;
    private static final int PNG_HEADER = 8 + 12 + 13;

    @Test
    void aTableLargerThanTheHeapIsScoredInReaderBatchesThatFit(@TempDir Path folder) throws IOException {
        assertTrue((long) IMAGES * BYTES > Runtime.getRuntime().maxMemory(), "the heap holds the whole table");
        SparkSession spark = FashionTable.session();
        try {
            FashionTable.create(spark, folder);
            byte[] image =
                    spark.sql("SELECT content FROM images LIMIT 1").first().getAs(0);
            spark.createDataset(List.of(padded(image)), Encoders.BINARY()).createOrReplaceTempView("one");
            String table = folder.resolve("table.parquet").toUri().toString();
            spark.sql("SELECT id, value content FROM (SELECT /*+ REPARTITION(2) */ id FROM range(" + IMAGES + ")), one")
                    .write()
                    .option("parquet.enable.dictionary", "false")
                    .option("parquet.block.size", 32 << 20)
                    .option("parquet.page.size.row.check.min", "1")
                    .parquet(table);
            spark.conf().set("spark.sql.parquet.columnarReaderBatchSize", 32);
            Dataset<Row> scored = spark.read()
                    .parquet(table)
                    .selectExpr("id", "onnx_classify(content, 'fashion') s")
                    .groupBy("s.prediction", "s.probability", "s.error")
                    .count();
            Row all = spark.sql("SELECT s.prediction, s.probability, s.error, " + IMAGES
                            + "L FROM (SELECT onnx_classify(content, 'fashion') s FROM images LIMIT 1)")
                    .first();
            assertEquals(
                    List.of(all.toString()),
                    scored.collectAsList().stream().map(Row::toString).toList());
            ScoreImagesExec operator = FashionTable.operators(scored).get(0);
            assertInstanceOf(FileSourceScanExec.class, operator.child());
            assertEquals(IMAGES, FashionTable.metric(operator, "images"));
            assertEquals(0, FashionTable.metric(operator, "invalid"));
        } finally {
            spark.conf().unset("spark.sql.parquet.columnarReaderBatchSize");
            spark.stop();
        }
        assertEquals(0, ExecutorMemory.allocatedBytes());
        assertEquals(0, ExecutorMemory.leakedBytes());
    }

    /** The PNG with a chunk that decoders pass over, so that it is as long as a photograph. */
    private static byte[] padded(byte[] png) {
        int padding = BYTES - png.length - 12;
        ByteBuffer file = ByteBuffer.allocate(BYTES);
        byte[] type = "laNe".getBytes(StandardCharsets.US_ASCII);
        file.put(png, 0, PNG_HEADER).putInt(padding).put(type).put(new byte[padding]);
        CRC32 checksum = new CRC32();
        checksum.update(type);
        checksum.update(new byte[padding]);
        return file.putInt((int) checksum.getValue())
                .put(png, PNG_HEADER, png.length - PNG_HEADER)
                .array();
    }
}
