package dev.lanewise.kernels.pooling;

import dev.lanewise.kernels.codegen.FloatLiteral;
import dev.lanewise.kernels.codegen.KernelCompiler;
import dev.lanewise.kernels.codegen.Source;
import dev.lanewise.kernels.codegen.VectorSource;
import dev.lanewise.kernels.codegen.VectorWidth;

/** The template of pooling kernels: a few pixels at once, each in as many vectors as a block has. */
final class PoolingSource {

    /** Enough independent chains of operations that their latency does not matter. */
    private static final int ACCUMULATORS = 4;

    private static final String PARAMETERS =
            "float[] in, int from, int rowPitch, int rows, int columnPitch, int columns, "
                    + "int pixelPitch, float[] out, int to, int pixels, float divisor";

    private final PoolingKind kind;
    private final int block;
    private final int lanes;
    private final int vectors;

    private PoolingSource(PoolingKind kind, int block, int lanes) {
        this.kind = kind;
        this.block = block;
        this.lanes = lanes;
        this.vectors = block / lanes;
    }

    /** @param width at most as many lanes as the block has slots */
    static PoolingKernel kernel(PoolingKind kind, int block, VectorWidth width) {
        String name = "Pooling_" + kind + "_f32x" + width.lanes() + "_b" + block;
        PoolingSource template = new PoolingSource(kind, block, width.lanes());
        return KernelCompiler.kernel(name, PoolingKernel.class, width, template::write);
    }

    private Source write(Source source) {
        int pixels = Math.max(1, ACCUMULATORS / vectors);
        source.open("public void row(%s)", PARAMETERS);
        source.line("int whole = pixels - pixels %% %d;", pixels);
        source.line("tiles(in, from, rowPitch, rows, columnPitch, columns, pixelPitch, out, to, whole, divisor);");
        if (pixels > 1) {
            source.line("pixels(in, from + whole * pixelPitch, rowPitch, rows, columnPitch, columns, pixelPitch,");
            source.line("        out, to + whole * %d, pixels - whole, divisor);", block);
        }
        source.close().blank();
        method(source, "tiles", pixels);
        if (pixels > 1) {
            method(source.blank(), "pixels", 1);
        }
        return source;
    }

    private void method(Source source, String name, int tile) {
        source.open("private static void %s(%s)", name, PARAMETERS);
        source.open("for (int pixel = 0; pixel < pixels; pixel += %d)", tile);
        declare(source, "y", tile);
        if (kind == PoolingKind.AVERAGE_OF_ROWS) {
            sumsOfRows(source, tile);
        } else {
            taps(source, tile);
        }
        store(source, tile);
        source.close().close();
    }

    /** One loop over rows and columns: C2 boxes what two nested ones carry through both. */
    private void taps(Source source, int tile) {
        source.line("int tap = from + pixel * pixelPitch;");
        source.open("for (int i = 0, column = 0, end = rows * columns; i < end; i++)");
        for (int i = 0; i < tile * vectors; i++) {
            load(source, i);
            combine(source, "y" + i, "x" + i);
        }
        source.line("tap += columnPitch;");
        source.open("if (++column == columns)");
        source.line("column = 0;");
        source.line("tap += rowPitch - columns * columnPitch;");
        source.close().close();
    }

    private void sumsOfRows(Source source, int tile) {
        source.open("for (int row = 0; row < rows; row++)");
        source.line("int tap = from + pixel * pixelPitch + row * rowPitch;");
        declare(source, "sum", tile);
        source.open("for (int column = 0; column < columns; column++)");
        for (int i = 0; i < tile * vectors; i++) {
            load(source, i);
            combine(source, "sum" + i, "x" + i);
        }
        source.line("tap += columnPitch;").close();
        for (int i = 0; i < tile * vectors; i++) {
            combine(source, "y" + i, "sum" + i);
        }
        source.close();
    }

    private void load(Source source, int i) {
        VectorSource.load(source, "x" + i, "in", "tap + " + i / vectors + " * pixelPitch + " + i % vectors * lanes);
    }

    private void declare(Source source, String variable, int tile) {
        for (int i = 0; i < tile * vectors; i++) {
            VectorSource.broadcast(source, variable + i, FloatLiteral.of(kind.start()));
        }
    }

    private void combine(Source source, String y, String x) {
        source.line("%s = %s.%s(%s);", y, x, kind == PoolingKind.MAX ? "max" : "add", y);
    }

    private void store(Source source, int tile) {
        for (int i = 0; i < tile * vectors; i++) {
            if (kind != PoolingKind.MAX) {
                source.line("y%d = y%d.div(divisor);", i, i);
            }
            source.line("y%d.intoArray(out, to + pixel * %d + %d);", i, block, i * lanes);
        }
    }
}
