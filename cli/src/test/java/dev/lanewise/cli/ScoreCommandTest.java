package dev.lanewise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a real Spark of this machine: six good images, one cut off, one of text and one empty. */
class ScoreCommandTest {

    private static final String[] NAMES = {"00000_9", "00001_2", "00002_1", "00003_1", "00004_6", "00005_1"};

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    private Path images = Path.of("");
    private Path output = Path.of("");
    private Path labels = Path.of("");

    @BeforeEach
    void writeImages() throws IOException {
        // A name that would be a pattern if it were not taken literally, with a folder inside.
        images = Files.createDirectories(folder.resolve("my images [1] {a,b}"));
        output = folder.resolve("scores");
        labels = Files.write(
                folder.resolve("labels.txt"),
                List.of(
                        "tee",
                        "trouser",
                        "pullover",
                        "dress",
                        "coat",
                        "sandal",
                        "shirt",
                        "sneaker",
                        "bag",
                        "boot",
                        ""));
        Path inside = Files.createDirectories(images.resolve("inside"));
        try (ZipFile zip =
                new ZipFile(TestModels.EXAMPLE.resolve("fashion-mnist-1000.zip").toFile())) {
            for (String name : NAMES) {
                try (InputStream in = zip.getInputStream(new ZipEntry(name + ".png"))) {
                    Files.copy(in, inside.resolve(name + ".png"));
                }
            }
        }
        byte[] whole = Files.readAllBytes(inside.resolve("00000_9.png"));
        Files.write(images.resolve("cut.png"), Arrays.copyOf(whole, whole.length / 2));
        Files.writeString(images.resolve("<b>text.png"), "not an image");
        Files.createFile(images.resolve("empty.jpg"));
        Files.writeString(images.resolve("_hidden.png"), "names like this one do not count");
    }

    @Test
    void scoresEveryImageAndKeepsThoseThatCannotBe() throws IOException {
        Path html = folder.resolve("pages/report.html");
        CommandRun run = score("--labels", labels, "--html", html, "--top-k", 3);
        assertEquals(0, run.code(), run.err());
        assertTrue(run.lastLine().matches("scored 9 images, 3 invalid, \\d+\\.\\d s, [\\d.]+ images/s"), run.out());
        assertEquals(1, run.outLines().size(), run.out());
        assertFalse(run.err().contains(" INFO "), run.err());
        assertTrue(
                run.errLines().stream()
                        .anyMatch(line -> line.matches("3 of 9 images could not be scored, such as file:.*"
                                + "(cut\\.png|text\\.png|empty\\.jpg): .*; the column 'error' tells why for each")),
                run.err());

        List<Row> rows = read("parquet");
        assertEquals(9, rows.size());
        for (Row row : rows) {
            String path = row.getAs("path");
            if (row.getAs("error") == null) {
                assertTrue(path.contains("/inside/"), path);
                int truth = path.charAt(path.length() - 5) - '0';
                assertEquals(truth, row.<Integer>getAs("prediction"), path);
                assertEquals(Files.readAllLines(labels).get(truth), row.getAs("label"));
                List<Row> top = row.getList(row.fieldIndex("top"));
                assertEquals(3, top.size());
                assertEquals(truth, top.get(0).<Integer>getAs("index"));
                assertEquals(row.<Float>getAs("probability"), top.get(0).<Float>getAs("probability"));
            } else {
                assertTrue(path.matches(".*/(cut\\.png|<b>text\\.png|empty\\.jpg)"), path);
                for (String column : new String[] {"prediction", "label", "probability", "top"}) {
                    assertTrue(row.isNullAt(row.fieldIndex(column)), column + " of " + path);
                }
            }
        }
        String page = Files.readString(html);
        assertTrue(page.indexOf("data-state=\"failed\"") < page.indexOf("data-state=\"\""), "failed ones first");
        assertEquals(9, page.split("<article", -1).length - 1);
        assertEquals(6, page.split("<img", -1).length - 1);
        assertTrue(page.contains("&lt;b&gt;text.png"), "names are escaped");
    }

    @Test
    void writesCsvWithTopAsJson() throws IOException {
        Files.writeString(images.resolve("name that ends with a space "), "not an image");
        assertEquals(0, score("--format", "csv", "--top-k", "2").code());
        List<String> lines = lines("csv");
        assertTrue(lines.contains("path,prediction,label,probability,top,error"), lines.toString());
        String row = lines.stream()
                .filter(line -> line.contains("00002_1.png"))
                .findFirst()
                .orElseThrow();
        assertTrue(row.contains("00002_1.png\",1,1,"), row);
        assertTrue(
                lines.stream().anyMatch(line -> line.contains("/name that ends with a space \",")), lines.toString());
        assertTrue(row.contains(",\"[{\"\"index\"\":1,\"\"label\"\":\"\"1\"\",\"\"probability\"\":"), row);
    }

    @Test
    void writesJsonWithEveryColumnInEveryRow() throws IOException {
        assertEquals(0, score("--format", "json").code());
        List<String> lines = lines("json");
        assertEquals(9, lines.size());
        for (String line : lines) {
            assertTrue(line.contains("\"prediction\":") && line.contains("\"error\":"), line);
        }
    }

    @Test
    void skipsInvalidImagesButCountsThem() throws IOException {
        CommandRun run = score("--handle-invalid", "skip");
        assertTrue(run.lastLine().startsWith("scored 9 images, 3 invalid, "), run.out() + run.err());
        assertEquals(6, read("parquet").size());
    }

    @Test
    void stopsAtTheFirstInvalidImageOnRequest() {
        CommandRun run = score("--handle-invalid", "error");
        assertEquals(1, run.code(), run.out());
        assertEquals("", run.out());
        List<String> errors = run.errLines().stream()
                .filter(line -> line.startsWith("lanewise: "))
                .toList();
        assertEquals(1, errors.size(), run.err());
        assertTrue(
                errors.get(0)
                        .matches(".*(cut\\.png|text\\.png|empty\\.jpg).*; --handle-invalid keep or skip would go on.*"),
                errors.get(0));
        assertFalse(run.err().contains("\tat "), run.err());
    }

    @Test
    void namesItsOwnOptionsWhereImagesOrBatchesAreTooLarge() {
        CommandRun small = score("--max-pixels", 783);
        assertTrue(small.lastLine().startsWith("scored 9 images, 9 invalid, "), small.out() + small.err());
        assertTrue(small.err().contains("raise --max-pixels to decode it"), small.err());
        refuses(
                score("--overwrite", "--batch-size", 100_000_000, "--max-batch-bytes", 1_000_000_000_000L),
                "or lower --batch-size, --max-batch-bytes, the threads of a task");
        refuses(score("--overwrite", "--max-pixels", Long.MAX_VALUE), "--max-pixels must be between 1 and ");
        assertEquals(2, score("--max-batch-bytes", 0).code());
    }

    @Test
    void refusesAMasterThatSparkDoesNotKnow() {
        CommandRun run = CommandRun.of(
                "score",
                "--model",
                TestModels.FASHION,
                "--input",
                images,
                "--output",
                output,
                "--preset",
                "unit",
                "--master",
                "localhost");
        assertEquals(1, run.code());
        assertEquals(
                List.of(
                        "starting Spark",
                        "lanewise: --master localhost is nothing that this Spark knows; give local[4], spark://host:7077,"
                                + " yarn or k8s://https://host:6443"),
                run.errLines());
    }

    @Test
    void replacesAnEarlierResultOnRequestOnly() throws IOException {
        assertEquals(0, score().code());
        refuses(score(), "exists; add --overwrite");
        assertEquals(0, score("--overwrite").code());
        assertEquals(9, read("parquet").size());
        Files.writeString(output.resolve("notes.txt"), "mine");
        refuses(score("--overwrite"), "'notes.txt', which is not part of a scored dataset");
        assertTrue(Files.exists(output.resolve("notes.txt")));
    }

    @Test
    void readsAPattern() {
        CommandRun run = run(folder + "/my*/inside/0000[0-2]_*.png", output);
        assertTrue(run.lastLine().startsWith("scored 3 images, 0 invalid, "), run.out() + run.err());
    }

    @Test
    void refusesWhatCannotWorkBeforeSparkStarts() throws IOException {
        refuses(run(folder.resolve("nowhere"), output), "matches nothing");
        Path empty = Files.createDirectories(folder.resolve("empty/deeper"));
        refuses(run(empty, output), "holds no file");
        refuses(run(images, images), "would replace the input");
        refuses(run(images, folder), "would replace the input");
        refuses(run(images, images.resolve("scores")), "lies inside the input");
        refuses(score("--labels", folder.resolve("none.txt")), "none.txt");
        refuses(score("--labels", TestModels.FASHION), "not UTF-8");
        refuses(score("--html", folder), "is a folder; give a file");
        assertFalse(Files.exists(output));
    }

    @Test
    void refusesOptionsThatDoNotFitTheModelBeforeSparkStarts() throws IOException {
        Files.write(labels, List.of("one", "two"));
        refuses(score("--labels", labels), "10 classes, but there are 2 labels");
        refuses(score("--channels", "rgb"), "channel");
    }

    @Test
    void takesTheOutputFolderLiterally() throws IOException {
        output = folder.resolve("run[1] {a,b}*");
        Path html = folder.resolve("report.html");
        CommandRun run = score("--html", html);
        assertEquals(0, run.code(), run.err());
        assertEquals(9, Files.readString(html).split("<article", -1).length - 1);
    }

    @Test
    void aPageThatFailsLeavesTheSummary() throws IOException {
        Path html = Files.createSymbolicLink(folder.resolve("report.html"), folder.resolve("nowhere/report.html"));
        CommandRun run = score("--html", html);
        assertEquals(1, run.code());
        assertTrue(run.lastLine().startsWith("scored 9 images, 3 invalid, "), run.out());
        List<String> errors = run.errLines().stream()
                .filter(line -> line.startsWith("lanewise: "))
                .toList();
        assertEquals(1, errors.size(), run.err());
        assertTrue(errors.get(0).contains("the scores are written, but the page " + html), run.err());
    }

    private static void refuses(CommandRun run, String word) {
        assertEquals(1, run.code(), run.out());
        assertEquals(1, run.errLines().size(), run.err());
        assertTrue(run.err().contains(word), run.err());
        assertEquals("", run.out());
    }

    private CommandRun score(Object... options) {
        return run(images, output, options);
    }

    private static CommandRun run(Object input, Object output, Object... options) {
        List<Object> args = new ArrayList<>(List.of("score", "--model", TestModels.FASHION, "--input", input));
        args.addAll(List.of("--output", output, "--preset", "unit", "--mean", "0.2860", "--std", "0.3530"));
        args.addAll(List.of("--master", "local[2]"));
        args.addAll(List.of(options));
        return CommandRun.of(args.toArray());
    }

    private List<Row> read(String format) throws IOException {
        try (SparkSession session = SparkSession.builder()
                .master("local[1]")
                .config("spark.ui.enabled", "false")
                .getOrCreate()) {
            return session.read().format(format).load(output.toString()).collectAsList();
        }
    }

    private List<String> lines(String ending) throws IOException {
        List<String> lines = new ArrayList<>();
        try (Stream<Path> parts = Files.list(output)) {
            for (Path part :
                    parts.filter(file -> file.toString().endsWith("." + ending)).toList()) {
                lines.addAll(Files.readAllLines(part, StandardCharsets.UTF_8));
            }
        }
        return lines;
    }
}
