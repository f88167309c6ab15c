package dev.lanewise.kernels.conv;

import dev.lanewise.kernels.codegen.KernelCompiler;
import dev.lanewise.kernels.codegen.Source;
import dev.lanewise.kernels.codegen.VectorSource;
import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.codegen.WarmUp;
import dev.lanewise.kernels.reference.ReferenceWinograd;

/**
 * Kernels that turn a row of patches into frequencies. Columns are transformed first, each once though two patches share
 * it, into a buffer of six rows; then the rows of every patch. Each half is a loop of its own, small enough for 16
 * registers. Elements are addressed as a multiple of the loop's index, which lets C2 check their bounds before the loop.
 *
 * @param pixel floats from a pixel of the input to the next, and from a tile to the next
 * @param revision 0, or more where the same source is compiled again under another name
 */
record WinogradInputTemplate(VectorWidth width, int pixel, int revision) {

    String name() {
        return "Winograd_input_f32x" + width.lanes() + "_i" + pixel + (revision == 0 ? "" : "_again" + revision);
    }

    TileRowKernel kernel() {
        return KernelCompiler.kernel(name(), TileRowKernel.class, width, this::body);
    }

    private Source body(Source source) {
        run(source);
        columns(source.blank());
        rows(source.blank());
        return source;
    }

    private void run(Source source) {
        source.line("@Override").open("public void run(TileRow row)");
        WarmUp.idleLoop(source, "row");
        source.line("int columns = %d * row.tiles + 2;", ReferenceWinograd.TILE);
        source.line("int pitch = columns * %d;", width.lanes());
        source.line(
                "columns(row.image, row.imageOffset, row.imagePitch, row.buffer, row.bufferOffset, pitch, columns);");
        source.open("for (int i = 0; i < %d; i++)", ReferenceWinograd.PATCH);
        source.line(
                "rows(row.buffer, row.bufferOffset + i * pitch, row.frequencies, "
                        + "row.frequencyOffset + %d * i * row.frequencyPitch, row.frequencyPitch, row.tiles);",
                ReferenceWinograd.PATCH);
        source.close().close();
    }

    private void columns(Source source) {
        source.open("private static void columns(float[] input, int inputOffset, int row, "
                + "float[] buffer, int bufferOffset, int pitch, int columns)");
        WinogradSource.inputFactors(source);
        source.open("for (int column = 0; column < columns; column++)");
        for (int i = 0; i < ReferenceWinograd.PATCH; i++) {
            VectorSource.load(
                    source, "d" + i, "input", String.format("inputOffset + %d * row + column * %d", i, pixel));
        }
        WinogradSource.inputTransform(source);
        for (int i = 0; i < ReferenceWinograd.PATCH; i++) {
            source.line("t%d.intoArray(buffer, bufferOffset + %d * pitch + column * %d);", i, i, width.lanes());
        }
        source.close().close();
    }

    private void rows(Source source) {
        source.open("private static void rows(float[] buffer, int bufferOffset, "
                + "float[] frequencies, int offset, int pitch, int tiles)");
        WinogradSource.inputFactors(source);
        source.open("for (int index = 0; index < tiles; index++)");
        for (int j = 0; j < ReferenceWinograd.PATCH; j++) {
            VectorSource.load(
                    source,
                    "d" + j,
                    "buffer",
                    String.format(
                            "bufferOffset + index * %d + %d",
                            ReferenceWinograd.TILE * width.lanes(), j * width.lanes()));
        }
        WinogradSource.inputTransform(source);
        for (int j = 0; j < ReferenceWinograd.PATCH; j++) {
            source.line("t%d.intoArray(frequencies, offset + %d * pitch + index * %d);", j, j, pixel);
        }
        source.close().close();
    }
}
