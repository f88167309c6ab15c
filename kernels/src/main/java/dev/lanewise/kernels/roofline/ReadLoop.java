package dev.lanewise.kernels.roofline;

import dev.lanewise.kernels.codegen.KernelCompiler;
import dev.lanewise.kernels.codegen.Source;
import dev.lanewise.kernels.codegen.VectorWidth;

/** A generated loop that reads an array from its beginning to its end. */
public interface ReadLoop {

    /** Vectors in a turn; what is left of an array after whole turns is not read. */
    int VECTORS = 8;

    /** @return the sum of the elements, so that none can be left out */
    float run(float[] data, int floats);

    static ReadLoop of(VectorWidth width) {
        String name = "Read_f32x" + width.lanes() + "_" + VECTORS;
        return KernelCompiler.kernel(name, ReadLoop.class, width, source -> body(source, width.lanes()));
    }

    private static Source body(Source source, int lanes) {
        source.open("public float run(float[] data, int floats)");
        for (int i = 0; i < VECTORS; i++) {
            source.line("FloatVector a%d = FloatVector.zero(S);", i);
        }
        source.open("for (int at = 0; at <= floats - %d; at += %d)", VECTORS * lanes, VECTORS * lanes);
        for (int i = 0; i < VECTORS; i++) {
            source.line("a%d = (FloatVector) a%d.add(FloatVector.fromArray(S, data, at + %d));", i, i, i * lanes);
        }
        source.close();
        for (int i = 1; i < VECTORS; i++) {
            source.line("a0 = (FloatVector) a0.add(a%d);", i);
        }
        return source.line("return a0.reduceLanes(VectorOperators.ADD);").close();
    }
}
