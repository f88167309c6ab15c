package dev.lanewise.engine.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.lanewise.engine.ModelException;
import dev.lanewise.engine.UnsupportedModelException;
import dev.lanewise.kernels.tensor.DoubleTensor;
import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.LongTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TensorFileTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(ElementType.class)
    void readsBackWhatItWrote(ElementType type) throws IOException {
        for (Shape shape : List.of(Shape.scalar(), Shape.of(3), Shape.of(2, 3, 4), Shape.of(2, 0))) {
            Tensor tensor = tensor(type, shape);
            for (String suffix : List.of(".pb", ".npy")) {
                Path file = folder.resolve("t" + suffix);

                new TensorFile("weights", tensor).write(file);
                TensorFile read = TensorFile.read(file);

                boolean numpy = suffix.equals(".npy");
                ElementType expected = numpy && type == ElementType.BFLOAT16 ? ElementType.FLOAT32 : type;
                assertEquals(expected, read.tensor().elementType());
                assertEquals(numpy ? "" : "weights", read.name());
                assertEquals(shape, read.tensor().shape());
                for (int i = 0; i < shape.size(); i++) {
                    assertEquals(tensor.doubleAt(i), read.tensor().doubleAt(i));
                    assertEquals(tensor.longAt(i), read.tensor().longAt(i));
                }
            }
        }
    }

    @Test
    void writesNumpyFilesAsNumpyDoes() throws IOException {
        Path file = folder.resolve("t.npy");

        new TensorFile("", FloatTensor.of(Shape.of(1, 2), 1, -2)).write(file);

        // numpy.save("t.npy", numpy.array([[1, -2]], numpy.float32))
        String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }" + " ".repeat(58) + "\n";
        byte[] elements = {0, 0, (byte) 0x80, 0x3f, 0, 0, 0, (byte) 0xc0};
        assertArrayEquals(numpy(1, header, elements), Files.readAllBytes(file));
    }

    @Test
    void readsFortranOrderAndLaterVersions() throws IOException {
        Path file = folder.resolve("t.npy");
        String header = "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3, 2), }\n";
        byte[] columns = new byte[12];
        for (int i = 0; i < 2; i++) {
            for (int j = 0; j < 3; j++) {
                for (int k = 0; k < 2; k++) {
                    columns[i + 2 * (j + 3 * k)] = (byte) (100 * i + 10 * j + k);
                }
            }
        }
        long[] rows = {0, 1, 10, 11, 20, 21, 100, 101, 110, 111, 120, 121};
        for (int version = 1; version <= 3; version++) {
            Files.write(file, numpy(version, header, columns));

            LongTensor tensor = (LongTensor) TensorFile.read(file).tensor();

            assertEquals(Shape.of(2, 3, 2), tensor.shape());
            assertArrayEquals(rows, tensor.data(), "version " + version);
        }
    }

    @Test
    void refusesNumpyArraysThatAreNoTensors() throws IOException {
        String shape = "'fortran_order': False, 'shape': (1,), }\n";
        assertTrue(refusal("{'descr': '>f4', " + shape, 4).contains(">f4 (big-endian)"));
        assertTrue(refusal("{'descr': '<U4', " + shape, 4).contains("type <U4"));
        assertTrue(refusal("{'descr': '<c8', " + shape, 8).contains("type <c8"));
        assertTrue(refusal("{'descr': '', " + shape, 8).contains("type  are"));
        assertTrue(refusal("{'descr': [('a', '<f4')], " + shape, 4).contains("records"));
        assertTrue(refusal("{'fortran_order': False, 'shape': (1,), }", 4).contains("no valid 'descr'"));
        assertTrue(refusal("{'descr': '<f4', 'fortran_order': False, }", 4).contains("no valid 'shape'"));
        assertTrue(refusal("{'descr': '<f4', " + shape, 3).contains("needs 4 bytes of elements, but 3 follow"));
        assertTrue(refusal("{'descr': '<f4', " + shape, 5).contains("needs 4 bytes of elements, but 5 follow"));
    }

    @Test
    void refusesNumpyArraysTooLargeToHoldBeforeAllocatingThem() throws IOException {
        String start = "{'descr': '<f8', 'fortran_order': False, 'shape': ";
        assertTrue(refusal(start + "(70000, 70000), }", 8).contains("more than the"));
        assertTrue(refusal(start + "(2000000000,), }", 8).contains("needs 16000000000 bytes"));
        assertTrue(refusal(start + "(99999999999999999999,), }", 8).contains("99999999999999999999"));
    }

    @Test
    void refusesFilesThatAreNoTensors() throws IOException {
        Path file = folder.resolve("t.pb");
        assertTrue(refusal(file).contains("no such file"));
        assertTrue(refusal(folder).contains("not a file"));
        byte[] magicOnly = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1};
        byte[] cutHeader = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 100, 0, '{'};
        for (byte[] bytes : List.of(new byte[0], magicOnly, cutHeader, "text".getBytes(StandardCharsets.UTF_8))) {
            Files.write(file, bytes);
            assertTrue(refusal(file).startsWith(file + ": "), refusal(file));
        }
        write(
                file,
                TensorProto.newBuilder().setDataType(DataType.FLOAT.getNumber()).addDims(1L << 40));
        assertTrue(refusal(file).contains("beyond"), refusal(file));
    }

    @Test
    void refusesExternalDataInATensorFile() throws IOException {
        Path file = folder.resolve("t.pb");
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setDataType(DataType.FLOAT.getNumber())
                .addDims(1)
                .setDataLocation(TensorProto.DataLocation.EXTERNAL);
        tensor.addExternalDataBuilder().setKey("location").setValue("/etc/passwd");
        write(file, tensor);

        assertTrue(refusal(file).contains("keeps its data in another file, '/etc/passwd'"));
    }

    @Test
    void callsTensorsOfStringsUnsupported() throws IOException {
        Path file = folder.resolve("t.pb");
        write(
                file,
                TensorProto.newBuilder()
                        .setDataType(DataType.STRING.getNumber())
                        .addDims(0));

        assertThrows(UnsupportedModelException.class, () -> TensorFile.read(file));
        assertTrue(refusal(file).contains("elements of type STRING are not supported"));
    }

    @Test
    void roundsToHalfPrecisionAsTheStandardSays() {
        assertEquals((short) 0x3c00, HalfPrecision.toFloat16(1));
        assertEquals((short) 0x3c00, HalfPrecision.toFloat16(1 + 0x1p-11f), "a tie goes to the even neighbour");
        assertEquals((short) 0x3c02, HalfPrecision.toFloat16(1 + 3 * 0x1p-11f), "a tie goes to the even neighbour");
        assertEquals((short) 0x7bff, HalfPrecision.toFloat16(65519));
        assertEquals((short) 0x7c00, HalfPrecision.toFloat16(65520));
        assertEquals((short) 0xfc00, HalfPrecision.toFloat16(Float.NEGATIVE_INFINITY));
        assertEquals((short) 0x0001, HalfPrecision.toFloat16(0x1p-24f));
        assertEquals((short) 0x0000, HalfPrecision.toFloat16(0x1p-25f));
        assertEquals((short) 0x0400, HalfPrecision.toFloat16(0x1p-14f - 0x1p-26f), "rounds up into a normal number");
        assertEquals((short) 0x8000, HalfPrecision.toFloat16(-0f));
        assertTrue(Float.isNaN(HalfPrecision.fromFloat16(HalfPrecision.toFloat16(Float.NaN))));
        assertEquals((short) 0x3f80, HalfPrecision.toBfloat16(1 + 0x1p-8f), "a tie goes to the even neighbour");
        assertEquals((short) 0x3f82, HalfPrecision.toBfloat16(1 + 3 * 0x1p-8f), "a tie goes to the even neighbour");
        assertTrue(Float.isNaN(HalfPrecision.fromBfloat16(HalfPrecision.toBfloat16(Float.NaN))));
    }

    @Test
    void keepsEveryHalfPrecisionValue() {
        for (int bits = 0; bits <= 0xffff; bits++) {
            float half = HalfPrecision.fromFloat16(bits);
            float brain = HalfPrecision.fromBfloat16(bits);
            if (!Float.isNaN(half)) {
                assertEquals((short) bits, HalfPrecision.toFloat16(half));
            }
            if (!Float.isNaN(brain)) {
                assertEquals((short) bits, HalfPrecision.toBfloat16(brain));
            }
        }
    }

    /** Small values of both signs that every type holds exactly. */
    private static Tensor tensor(ElementType type, Shape shape) {
        float[] floats = new float[shape.size()];
        double[] doubles = new double[shape.size()];
        long[] longs = new long[shape.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (i % 2 == 0 ? 0.5f : -0.5f) * i;
            doubles[i] = (i % 2 == 0 ? 0.1 : -0.1) * i;
            longs[i] = type.wrap(i % 2 == 0 ? i : -i);
        }
        return switch (type.storage()) {
            case FLOAT -> new FloatTensor(type, shape, floats);
            case DOUBLE -> new DoubleTensor(type, shape, doubles);
            case LONG -> new LongTensor(type, shape, longs);
        };
    }

    private String refusal(String header, int elementBytes) throws IOException {
        Path file = folder.resolve("t.npy");
        Files.write(file, numpy(1, header, new byte[elementBytes]));
        return refusal(file);
    }

    private static String refusal(Path file) {
        ModelException refused = assertThrows(ModelException.class, () -> TensorFile.read(file));
        return String.valueOf(refused.getMessage());
    }

    private static void write(Path file, TensorProto.Builder tensor) throws IOException {
        Files.write(file, tensor.build().toByteArray());
    }

    private static byte[] numpy(int version, String header, byte[] elements) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0});
        ByteBuffer length = ByteBuffer.allocate(version == 1 ? 2 : 4).order(ByteOrder.LITTLE_ENDIAN);
        if (version == 1) {
            length.putShort((short) header.length());
        } else {
            length.putInt(header.length());
        }
        bytes.write(length.array());
        bytes.write(header.getBytes(StandardCharsets.UTF_8));
        bytes.write(elements);
        return bytes.toByteArray();
    }
}
