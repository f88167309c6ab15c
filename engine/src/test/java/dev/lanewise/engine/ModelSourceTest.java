package dev.lanewise.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Model files, as they lie on disk: whole, broken, and with their tensors in files beside them. */
class ModelSourceTest {

    private static final float[] WEIGHTS = {1, -2, 3, 0.5f};

    @TempDir
    Path folder;

    @Test
    void bringsExternalDataInside() throws IOException {
        writeWeights(folder.resolve("weights.bin"), 8);
        Path file = write(withExternal("weights.bin", 8, 16));

        ModelSource source = ModelSource.read(file);

        assertArrayEquals(WEIGHTS, outputOf(Model.load(source)));
        // The bytes need no folder any more.
        assertArrayEquals(WEIGHTS, outputOf(Model.load(ModelSource.of("travelled", source.onnx()))));
    }

    @Test
    void readsExternalDataToTheEndOfItsFileWithoutALength() throws IOException {
        Files.createDirectory(folder.resolve("data"));
        writeWeights(folder.resolve("data/weights.bin"), 0);

        assertArrayEquals(WEIGHTS, outputOf(Model.load(write(withExternal("data/weights.bin", null, null)))));
    }

    @Test
    void hashesTheContentWhereverTheWeightsLie() throws IOException {
        writeWeights(folder.resolve("weights.bin"), 0);
        writeWeights(folder.resolve("moved.bin"), 4);
        ModelSource source = ModelSource.read(write(withExternal("weights.bin", 0, 16)));
        ModelSource moved = ModelSource.read(write(withExternal("moved.bin", 4, 16)));
        Files.write(folder.resolve("moved.bin"), new byte[20]);
        ModelSource changed = ModelSource.read(write(withExternal("moved.bin", 4, 16)));

        assertTrue(source.contentHash().matches("[0-9a-f]{64}"), source.contentHash());
        assertEquals(source.contentHash(), moved.contentHash());
        assertNotEquals(source.contentHash(), changed.contentHash());
    }

    @Test
    void knowsTheSha256OfItsBytes() {
        byte[] onnx = Onnx.model(Onnx.graph()).build().toByteArray();

        assertEquals(
                ModelSource.of("a", onnx).contentHash(),
                ModelSource.of("b", onnx.clone()).contentHash());
    }

    @ParameterizedTest
    @ValueSource(strings = {"../secret.bin", "data/../../secret.bin", "..", "/etc/passwd", "", "C:\\secret.bin"})
    void refusesExternalDataOutsideTheFolder(String location) throws IOException {
        Path inside = Files.createDirectory(folder.resolve("model"));
        writeWeights(folder.resolve("secret.bin"), 0);
        Path file = inside.resolve("model.onnx");
        Files.write(file, withExternal(location, 0, 16).build().toByteArray());

        String message = messageOf(file);

        assertTrue(message.contains("model's folder"), message);
    }

    @Test
    void refusesASymbolicLinkThatLeavesTheFolder() throws IOException {
        Path inside = Files.createDirectory(folder.resolve("model"));
        writeWeights(folder.resolve("secret.bin"), 0);
        Files.createSymbolicLink(inside.resolve("weights.bin"), folder.resolve("secret.bin"));
        Files.createSymbolicLink(inside.resolve("up"), folder);

        for (String location : List.of("weights.bin", "up/secret.bin")) {
            Path file = inside.resolve("model.onnx");
            Files.write(file, withExternal(location, 0, 16).build().toByteArray());

            String message = messageOf(file);

            assertTrue(message.contains("outside the model's folder"), message);
        }
    }

    @Test
    void followsASymbolicLinkThatStaysInTheFolder() throws IOException {
        writeWeights(folder.resolve("weights.bin"), 0);
        Files.createSymbolicLink(folder.resolve("link.bin"), folder.resolve("weights.bin"));

        assertArrayEquals(WEIGHTS, outputOf(Model.load(write(withExternal("link.bin", 0, 16)))));
    }

    @Test
    void namesMissingExternalData() throws IOException {
        String message = messageOf(write(withExternal("weights.bin", 0, 16)));

        assertTrue(message.contains("'weights.bin' of tensor 'w' is missing"), message);
    }

    @Test
    void refusesOffsetsAndLengthsBeyondTheFile() throws IOException {
        writeWeights(folder.resolve("weights.bin"), 0);

        assertTrue(messageOf(write(withExternal("weights.bin", 4, 16))).contains("the file ends at byte 16"));
        assertTrue(messageOf(write(withExternal("weights.bin", 17, 0))).contains("the file ends at byte 16"));
        assertTrue(messageOf(write(withExternal("weights.bin", 0, 12))).contains("12 bytes where"));
        assertTrue(messageOf(write(withExternal("weights.bin", -4, 16))).contains("offset of '-4'"));
        assertTrue(messageOf(write(withExternal("weights.bin", 0, "many"))).contains("length of 'many'"));
    }

    @Test
    void refusesExternalDataThatAltogetherExceedsTwoGigabytesBeforeReadingAny() throws IOException {
        GraphProto.Builder graph = Onnx.graph(Onnx.node("Identity", List.of("x"), "y"));
        for (int i = 0; i < 3; i++) {
            graph.addInitializer(external(
                    Onnx.tensor("w" + i, TensorProto.DataType.FLOAT, List.of(250_000_000L)), "none.bin", 0, null));
        }

        String message = messageOf(write(Onnx.model(graph)));

        assertTrue(message.contains("3000 MB together; Lanewise takes models below 2 GB"), message);
    }

    @Test
    void refusesExternalDataOfAModelThatIsNoFile() {
        byte[] onnx = withExternal("weights.bin", 0, 16).build().toByteArray();

        String message = assertThrows(ModelException.class, () -> ModelSource.of("bytes", onnx))
                .getMessage();

        assertTrue(message.contains("keeps tensor data in other files"), message);
    }

    @Test
    void saysWhatIsWrongWithAPathThatIsNoFile() {
        assertTrue(messageOf(folder.resolve("none.onnx")).endsWith("none.onnx: no such file"));
        assertTrue(messageOf(folder).contains("not a file, but a folder"));
    }

    @Test
    void refusesAnEmptyFile() throws IOException {
        Path file = Files.createFile(folder.resolve("empty.onnx"));

        assertTrue(messageOf(file).contains("the file is empty"));
    }

    @Test
    void refusesAModelCutOffAnywhere() throws IOException {
        byte[] whole = Files.readAllBytes(FashionMnist.MODEL);
        Path file = folder.resolve("cut.onnx");
        for (double share : new double[] {0.0001, 0.01, 0.3, 0.7, 0.999}) {
            Files.write(file, Arrays.copyOf(whole, (int) (share * whole.length)));

            String message = messageOf(file);

            assertTrue(message.contains("not a complete ONNX model") || message.contains("not an ONNX model"), message);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "89504e470d0a1a0a0000000d4948445200001c   | but a PNG image; give the .onnx file",
                "ffd8ffe000104a46494600010100             | but a JPEG image;",
                "52494646241000005745425056503820         | but a WebP image;",
                "504b03041400000008000000                 | but a ZIP archive, as PyTorch and Keras save networks;",
                "894844460d0a1a0a00000000                 | but an HDF5 file, as Keras saves networks;",
                "1c00000054464c331400200000               | but a TensorFlow Lite model;",
                "1f8b0800000000000003                     | but a gzip archive;",
                "23212f62696e2f73680a6563686f206e6f0a     | but text;",
                "3c21444f43545950452068746d6c3e0a         | but a web page or other markup;",
                "76657273696f6e2068747470733a2f2f6769742d6c66732e6769746875622e636f6d | but a pointer of Git LFS",
                "0000000000000000000000000000000000000000 | a complete ONNX model"
            })
    void saysWhatAFileIsThatIsNoModel(String bytes, String kind) throws IOException {
        Path file = Files.write(folder.resolve("other.onnx"), HexFormat.of().parseHex(bytes));

        String message = messageOf(file);

        assertTrue(message.contains(kind), message);
        assertEquals(1, message.lines().count(), message);
    }

    @Test
    void doesNotTakeACutOffModelForAnotherKindOfFile() throws IOException {
        byte[] whole = Files.readAllBytes(FashionMnist.MODEL);
        for (int length : new int[] {1, 3, 20, 300, whole.length / 2, whole.length - 1}) {
            Path file = Files.write(folder.resolve("cut.onnx"), Arrays.copyOf(whole, length));

            String message = messageOf(file);

            assertFalse(message.contains(", but "), message);
        }
    }

    @Test
    void refusesRandomBytes() throws IOException {
        Path file = folder.resolve("random.onnx");
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            byte[] bytes = new byte[1 + random.nextInt(2000)];
            random.nextBytes(bytes);
            Files.write(file, bytes);

            String message = assertThrows(ModelException.class, () -> Model.load(file), "seed " + seed)
                    .getMessage();

            assertEquals(1, message.lines().count(), "seed " + seed + ": " + message);
        }
    }

    @Test
    void takesOrRefusesADamagedModelInOneLine() throws IOException {
        byte[] whole = Files.readAllBytes(FashionMnist.MODEL);
        // Half of the damage goes to the first bytes, which are nodes; most of the file is weights, which may be
        // anything.
        int refused = 0;
        for (long seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            byte[] damaged = whole.clone();
            for (int i = 0; i < 3; i++) {
                damaged[random.nextInt(2) == 0 ? random.nextInt(2000) : random.nextInt(whole.length)] ^=
                        (byte) (1 << random.nextInt(8));
            }
            try {
                Model.load(ModelSource.of("damaged.onnx", damaged));
            } catch (ModelException e) {
                refused++;
                assertEquals(1, message(e).lines().count(), "seed " + seed + ": " + e.getMessage());
                assertTrue(message(e).startsWith("damaged.onnx: "), "seed " + seed + ": " + e.getMessage());
            }
        }
        assertTrue(refused > 50, "only " + refused + " of 100 refused: the damage does not reach what matters");
    }

    private static String message(ModelException e) {
        return String.valueOf(e.getMessage());
    }

    private Path write(ModelProto.Builder model) throws IOException {
        return Files.write(folder.resolve("model.onnx"), model.build().toByteArray());
    }

    private static String messageOf(Path file) {
        return assertThrows(ModelException.class, () -> ModelSource.read(file)).getMessage();
    }

    private static void writeWeights(Path file, int offset) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(offset + 4 * WEIGHTS.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.position(offset);
        for (float weight : WEIGHTS) {
            bytes.putFloat(weight);
        }
        Files.write(file, bytes.array());
    }

    /** A model that adds external weights to its input. */
    private static ModelProto.Builder withExternal(String location, Object offset, Object length) {
        return Onnx.model(Onnx.graph(Onnx.node("Add", List.of("x", "w"), "y"))
                .addInitializer(
                        external(Onnx.tensor("w", TensorProto.DataType.FLOAT, List.of(4L)), location, offset, length)));
    }

    private static TensorProto.Builder external(
            TensorProto.Builder tensor, String location, Object offset, Object length) {
        tensor.setDataLocation(TensorProto.DataLocation.EXTERNAL).addExternalData(entry("location", location));
        if (offset != null) {
            tensor.addExternalData(entry("offset", offset));
        }
        if (length != null) {
            tensor.addExternalData(entry("length", length));
        }
        return tensor;
    }

    private static StringStringEntryProto.Builder entry(String key, Object value) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(value.toString());
    }

    private static float[] outputOf(Model model) {
        Tensor y = model.run(Map.of("x", FloatTensor.of(Shape.of(1, 4), 0, 0, 0, 0)))
                .get("y");
        return ((FloatTensor) y).data();
    }

    @Test
    void leavesExternalDataOfUnsupportedTypesToTheReader() throws IOException {
        Files.write(folder.resolve("eighths.bin"), new byte[4]);
        Path file = write(Onnx.model(Onnx.graph(Onnx.node("Add", List.of("x", "w"), "y"))
                .addInitializer(external(
                        Onnx.tensor("w", TensorProto.DataType.FLOAT8E4M3FN, List.of(4L)), "eighths.bin", 0, 4))));
        String message = String.valueOf(
                assertThrows(ModelException.class, () -> Model.load(file)).getMessage());

        assertTrue(message.contains("initializer 'w' has elements of type FLOAT8E4M3FN"), message);
    }
}
