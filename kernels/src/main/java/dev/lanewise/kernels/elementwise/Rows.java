package dev.lanewise.kernels.elementwise;

import dev.lanewise.kernels.codegen.KernelCompiler;
import dev.lanewise.kernels.codegen.Source;
import dev.lanewise.kernels.codegen.VectorSource;
import dev.lanewise.kernels.codegen.VectorWidth;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** A formula over rows: as a generated kernel where it has vector code and there are vectors, else as a plain loop. */
final class Rows {

    /** C2 compiles methods of more operations badly. */
    private static final int OPERATIONS_OF_A_METHOD = 70;

    private static final List<String> NAMES = List.of("a", "b", "c");

    private final RowKernel kernel;
    private final List<Operand> operands;
    /** Floats that an operand of one element for each lane has. */
    private final int block;
    /** Floats that the kernel computes in one step; a divisor of the block. */
    private final int step;

    private Rows(RowKernel kernel, List<Operand> operands, int block, int step) {
        this.kernel = kernel;
        this.operands = operands;
        this.block = block;
        this.step = step;
    }

    /** Without operands of one element for each lane; rows may have any number of elements. */
    static Rows flat(Formula formula, List<Operand> operands, Optional<VectorWidth> width) {
        if (width.isEmpty() || formula.operations() == 0) {
            return new Rows(scalar(formula, operands, 1), operands, 1, 1);
        }
        int lanes = width.get().lanes();
        return new Rows(vectors(formula, operands, width.get(), 1, lanes), operands, lanes, lanes);
    }

    /** For rows of whole blocks. */
    static Rows blocked(Formula formula, List<Operand> operands, Optional<VectorWidth> width, int block) {
        if (width.isEmpty() || formula.operations() == 0) {
            return new Rows(scalar(formula, operands, block), operands, block, block);
        }
        VectorWidth narrow = width.get().atMost(block);
        int vectors = block / narrow.lanes();
        if (vectors * formula.operations() > OPERATIONS_OF_A_METHOD) {
            vectors = 1;
        }
        return new Rows(vectors(formula, operands, narrow, vectors, block), operands, block, vectors * narrow.lanes());
    }

    /** Computes a row of so many floats; operands that the formula does not have are ignored. */
    void run(float[] a, int fromA, float[] b, int fromB, float[] c, int fromC, float[] y, int fromY, int floats) {
        int steps = floats / block;
        for (int lane = 0; lane < block && steps > 0; lane += step) {
            kernel.run(
                    a,
                    fromA + offset(0, lane),
                    b,
                    fromB + offset(1, lane),
                    c,
                    fromC + offset(2, lane),
                    y,
                    fromY + lane,
                    steps);
        }
        int done = steps * block;
        if (done < floats) {
            int rest = floats - done;
            float[] end = new float[step];
            kernel.run(
                    end(a, fromA, 0, done, rest),
                    isStream(0) ? 0 : fromA,
                    end(b, fromB, 1, done, rest),
                    isStream(1) ? 0 : fromB,
                    end(c, fromC, 2, done, rest),
                    isStream(2) ? 0 : fromC,
                    end,
                    0,
                    1);
            System.arraycopy(end, 0, y, fromY + done, rest);
        }
    }

    private int offset(int operand, int lane) {
        return operand < operands.size() && operands.get(operand) != Operand.SCALAR ? lane : 0;
    }

    private boolean isStream(int operand) {
        return operand < operands.size() && operands.get(operand) == Operand.STREAM;
    }

    /** The elements of an operand that do not fill a step, filled up to one. */
    private float[] end(float[] data, int from, int operand, int done, int rest) {
        if (!isStream(operand)) {
            return data;
        }
        float[] end = new float[step];
        System.arraycopy(data, from + done, end, 0, rest);
        return end;
    }

    private static RowKernel scalar(Formula formula, List<Operand> operands, int lanes) {
        boolean[] stream = new boolean[3];
        boolean[] channel = new boolean[3];
        for (int i = 0; i < operands.size(); i++) {
            stream[i] = operands.get(i) == Operand.STREAM;
            channel[i] = operands.get(i) == Operand.CHANNEL;
        }
        return (a, fromA, b, fromB, c, fromC, y, fromY, steps) -> {
            for (int i = 0; i < steps; i++) {
                for (int lane = 0; lane < lanes; lane++) {
                    int at = i * lanes + lane;
                    float x0 = a[fromA + (stream[0] ? at : channel[0] ? lane : 0)];
                    float x1 = b[fromB + (stream[1] ? at : channel[1] ? lane : 0)];
                    float x2 = c[fromC + (stream[2] ? at : channel[2] ? lane : 0)];
                    y[fromY + at] = formula.apply(x0, x1, x2);
                }
            }
        };
    }

    private static RowKernel vectors(
            Formula formula, List<Operand> operands, VectorWidth width, int vectors, int block) {
        String shape = operands.stream().map(Operand::label).collect(Collectors.joining());
        String name = "Elementwise_" + formula.name() + "_f32x" + width.lanes() + (vectors > 1 ? "x" + vectors : "")
                + "_b" + block + "_" + shape;
        return KernelCompiler.kernel(
                name,
                RowKernel.class,
                width,
                source -> method(source, formula, operands, width.lanes(), vectors, block));
    }

    private static Source method(
            Source source, Formula formula, List<Operand> operands, int lanes, int vectors, int block) {
        source.line("public void run(float[] a, int fromA, float[] b, int fromB, float[] c, int fromC,");
        source.open("        float[] y, int fromY, int steps)");
        for (int i = 0; i < operands.size(); i++) {
            String name = NAMES.get(i);
            String from = "from" + name.toUpperCase(Locale.ROOT);
            for (int v = 0; v < vectors; v++) {
                if (operands.get(i) == Operand.SCALAR) {
                    VectorSource.broadcast(source, name + v, name + "[" + from + "]");
                } else if (operands.get(i) == Operand.CHANNEL) {
                    VectorSource.load(source, name + v, name, from + " + " + v * lanes);
                }
            }
        }
        source.open("for (int i = 0, end = steps * %d; i < end; i += %d)", block, block);
        for (int v = 0; v < vectors; v++) {
            for (int i = 0; i < operands.size(); i++) {
                String name = NAMES.get(i);
                if (operands.get(i) == Operand.STREAM) {
                    String from = "from" + name.toUpperCase(Locale.ROOT);
                    VectorSource.load(source, name + v, name, from + " + i + " + v * lanes);
                }
            }
            formula.emit(source, "y" + v, "a" + v, "b" + v, "c" + v);
            VectorSource.exact(source, "y" + v);
            source.line("y%d.intoArray(y, fromY + i + %d);", v, v * lanes);
        }
        return source.close().close();
    }
}
