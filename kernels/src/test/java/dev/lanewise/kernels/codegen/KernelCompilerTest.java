package dev.lanewise.kernels.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelCompilerTest {

    /** What the generated classes of these tests do. */
    public interface Doubling {
        void run(float[] data);
    }

    private static Doubling doubling(String name, VectorWidth width) {
        return KernelCompiler.kernel(name, Doubling.class, width, source -> source.open("public void run(float[] data)")
                .line("FloatVector x = FloatVector.fromArray(S, data, 0);")
                .line("x.add(x).intoArray(data, 0);")
                .close());
    }

    @Test
    void compilesForEveryWidth() {
        for (VectorWidth width : VectorWidth.values()) {
            float[] data = new float[16];
            java.util.Arrays.fill(data, 3);
            doubling("Doubling_f32x" + width.lanes(), width).run(data);
            for (int i = 0; i < 16; i++) {
                assertEquals(i < width.lanes() ? 6 : 3, data[i], "element " + i + " at " + width);
            }
        }
    }

    @Test
    void keepsOneInstanceOfAName() {
        assertSame(doubling("Doubling_kept", VectorWidth.BITS_128), doubling("Doubling_kept", VectorWidth.BITS_128));
    }

    @Test
    void namesTheKernelThatDoesNotCompile() {
        IllegalStateException failure = assertThrows(
                IllegalStateException.class,
                () -> KernelCompiler.kernel(
                        "Broken", Doubling.class, VectorWidth.BITS_128, source -> source.line("no Java;")));
        assertTrue(failure.getMessage().startsWith("kernel Broken does not compile: "), failure.getMessage());
    }

    @Test
    void writesReadableSourceWhereItIsAskedTo(@TempDir Path folder) throws Exception {
        System.setProperty(
                KernelCompiler.DUMP_PROPERTY, folder.resolve("sources").toString());
        try {
            doubling("Doubling_dumped", VectorWidth.BITS_256);
        } finally {
            System.clearProperty(KernelCompiler.DUMP_PROPERTY);
        }
        String source = Files.readString(folder.resolve("sources/Doubling_dumped.java"));
        assertTrue(source.contains("    public void run(float[] data) {\n        FloatVector x"), source);
    }
}
