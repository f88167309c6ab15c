package dev.lanewise.cli.scoring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.cli.TestModels;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionsTest {

    @Test
    void manySmallFilesBecomeFewTasks(@TempDir Path folder) throws IOException {
        for (int i = 0; i < 200; i++) {
            TestModels.write(folder.resolve(i + ".png"), new byte[500]);
        }
        try (SparkSession session = Sessions.start(Sessions.configuration("local[2]"), false)) {
            int tasks = session.read()
                    .format("binaryFile")
                    .load(folder.toString())
                    .rdd()
                    .getNumPartitions();
            assertEquals(2, tasks);
        }
    }
}
