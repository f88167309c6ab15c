package dev.lanewise.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.spark.ImageInference;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code lanewise score} from HDFS to HDFS, killed at a commit, and {@code --resume}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
class HdfsResumeTest {

    private static final int IMAGES = 100;
    private static final int CHUNK = 25;
    private static final int KILLED = 128 + 9;

    private final java.nio.file.Path folder;
    private MiniDFSCluster hdfs;
    private String root = "";
    private List<String> quiet = List.of();
    private int runs;

    HdfsResumeTest(@TempDir java.nio.file.Path folder) {
        this.folder = folder;
    }

    @BeforeAll
    void storeTheImages() throws IOException {
        Configuration configuration = new Configuration();
        configuration.set(
                MiniDFSCluster.HDFS_MINIDFS_BASEDIR, folder.resolve("hdfs").toString());
        hdfs = new MiniDFSCluster.Builder(configuration).numDataNodes(1).build();
        hdfs.waitActive();
        root = hdfs.getURI().toString();
        for (Map.Entry<String, byte[]> image :
                FashionMnist.images().entrySet().stream().limit(IMAGES).toList()) {
            try (OutputStream out = hdfs.getFileSystem().create(new Path("/images", image.getKey()))) {
                out.write(image.getValue());
            }
        }
        quiet = ScoreLines.of(
                ImageInference.of(FashionMnist.options().dropInput(true).build())
                        .transform(
                                LocalSpark.session().read().format("binaryFile").load(root + "/images"))
                        .collectAsList(),
                "path");
    }

    @AfterAll
    void endHdfs() {
        if (hdfs != null) {
            hdfs.close();
        }
    }

    /** Before the second commit; after it, before its files are moved. */
    @ParameterizedTest
    @CsvSource({
        "fs.faulty.kill.before, .*/_lanewise/chunk-.*\\.json, 2, 1",
        "fs.faulty.kill.after, .*/_lanewise/chunk-.*\\.json, 2, 2"
    })
    void aKilledDriverLosesNoCommittedRowAndRepeatsNone(String moment, String path, String time, int committed)
            throws Exception {
        String output = "/run-" + runs++ + "/scores";

        Launcher.Outcome cut = score(output, Map.of(moment, path, KillAtRename.AT, time));

        assertEquals(KILLED, cut.exit(), cut.err());
        assertEquals(
                committed, named(output + "/_lanewise", "chunk-\\d+\\.json").size(), "commits before the kill");
        assertFalse(files().exists(new Path(output, "_SUCCESS")));
        Set<String> published = named(output, "part-.*");

        Launcher.Outcome resumed = score(output, Map.of(), "--resume");

        int left = IMAGES - committed * CHUNK;
        assertEquals(0, resumed.exit(), resumed.err());
        assertTrue(resumed.lastLine().startsWith("scored " + left + " images, "), resumed.out());
        assertTrue(named(output, "part-.*").containsAll(published), "files of committed chunks stay");
        assertEquals(
                quiet,
                ScoreLines.of(LocalSpark.session().read().parquet(root + output).collectAsList(), "path"));
    }

    private FileSystem files() throws IOException {
        return hdfs.getFileSystem();
    }

    private Launcher.Outcome score(String output, Map<String, String> faults, String... more)
            throws IOException, InterruptedException {
        Map<String, String> settings =
                Map.of("spark.master", "local[2]", "spark.hadoop.fs.hdfs.impl", KillableHdfs.class.getName());
        List<String> arguments = List.of(
                "--input", root + "/images", "--output", root + output, "--chunk-size", Integer.toString(CHUNK));
        return new ScoreCommand(folder, ClusterTest.QUICK_START, settings, arguments).run(faults, more);
    }

    private Set<String> named(String parent, String pattern) throws IOException {
        return Arrays.stream(files().listStatus(new Path(parent)))
                .map(FileStatus::getPath)
                .map(Path::getName)
                .filter(name -> name.matches(pattern))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
