package dev.lanewise.kernels.conv;

import dev.lanewise.kernels.codegen.ActivationSource;
import dev.lanewise.kernels.codegen.KernelCompiler;
import dev.lanewise.kernels.codegen.Source;
import dev.lanewise.kernels.codegen.VectorSource;
import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.codegen.WarmUp;
import dev.lanewise.kernels.reference.ReferenceWinograd;
import dev.lanewise.kernels.workload.Activation;

/**
 * Kernels that turn a row of tiles of frequencies into up to four rows of outputs: all columns into a buffer, then for
 * every row its tiles into a line of pixels, and as many pixels as the output has through the epilogue.
 *
 * @param tile floats from a tile to the next
 * @param pixel floats from a pixel of the output to the next
 * @param revision 0, or more where the same source is compiled again under another name
 */
record WinogradOutputTemplate(
        VectorWidth width, int tile, int pixel, boolean residual, Activation activation, int revision) {

    String name() {
        String label = activation.label();
        return "Winograd_output_f32x" + width.lanes() + "_t" + tile + "o" + pixel + (residual ? "_residual" : "")
                + (label.isEmpty() ? "" : "_" + label)
                + (revision == 0 ? "" : "_again" + revision);
    }

    TileRowKernel kernel() {
        return KernelCompiler.kernel(name(), TileRowKernel.class, width, this::body);
    }

    private Source body(Source source) {
        run(source);
        columns(source.blank());
        rows(source.blank());
        epilogue(source.blank());
        return source;
    }

    private void run(Source source) {
        source.line("@Override").open("public void run(TileRow row)");
        WarmUp.idleLoop(source, "row");
        source.line("int pitch = %d * row.tiles;", ReferenceWinograd.PATCH * width.lanes());
        source.open("for (int j = 0; j < %d; j++)", ReferenceWinograd.PATCH);
        source.line(
                "columns(row.frequencies, row.frequencyOffset + j * row.frequencyPitch, %d * row.frequencyPitch, "
                        + "row.buffer, row.bufferOffset + j * %d, pitch, row.tiles);",
                ReferenceWinograd.PATCH, width.lanes());
        source.close();
        source.line("int line = row.bufferOffset + %d * pitch;", ReferenceWinograd.TILE);
        source.open("for (int i = 0; i < row.rows; i++)");
        source.line("rows(row.buffer, row.bufferOffset + i * pitch, line, row.tiles);");
        source.line("epilogue(row.buffer, line, row.bias, row.biasOffset, "
                + "row.residual, row.residualOffset + i * row.residualPitch, "
                + "row.image, row.imageOffset + i * row.imagePitch, row.columns);");
        source.close().close();
    }

    private void columns(Source source) {
        source.open("private static void columns(float[] frequencies, int offset, int row, "
                + "float[] buffer, int bufferOffset, int pitch, int tiles)");
        WinogradSource.outputFactors(source);
        source.open("for (int index = 0; index < tiles; index++)");
        for (int i = 0; i < ReferenceWinograd.PATCH; i++) {
            VectorSource.load(source, "m" + i, "frequencies", String.format("offset + %d * row + index * %d", i, tile));
        }
        WinogradSource.outputTransform(source);
        for (int i = 0; i < ReferenceWinograd.TILE; i++) {
            source.line(
                    "y%d.intoArray(buffer, bufferOffset + %d * pitch + index * %d);",
                    i, i, ReferenceWinograd.PATCH * width.lanes());
        }
        source.close().close();
    }

    private void rows(Source source) {
        source.open("private static void rows(float[] buffer, int bufferOffset, int lineOffset, int tiles)");
        WinogradSource.outputFactors(source);
        source.open("for (int index = 0; index < tiles; index++)");
        for (int j = 0; j < ReferenceWinograd.PATCH; j++) {
            VectorSource.load(
                    source,
                    "m" + j,
                    "buffer",
                    String.format(
                            "bufferOffset + index * %d + %d",
                            ReferenceWinograd.PATCH * width.lanes(), j * width.lanes()));
        }
        WinogradSource.outputTransform(source);
        for (int j = 0; j < ReferenceWinograd.TILE; j++) {
            source.line(
                    "y%d.intoArray(buffer, lineOffset + index * %d + %d);",
                    j, ReferenceWinograd.TILE * width.lanes(), j * width.lanes());
        }
        source.close().close();
    }

    private void epilogue(Source source) {
        source.open("private static void epilogue(float[] line, int lineOffset, float[] biases, int biasOffset, "
                + "float[] residual, int residualOffset, float[] output, int outputOffset, int columns)");
        VectorSource.load(source, "bias", "biases", "biasOffset");
        source.open("for (int column = 0; column < columns; column++)");
        VectorSource.load(source, "y", "line", "lineOffset + column * " + width.lanes());
        source.line("y = y.add(bias);");
        if (residual) {
            VectorSource.load(source, "addend", "residual", "residualOffset + column * " + pixel);
            source.line("y = y.add(addend);");
        }
        ActivationSource.emit(source, activation, "y");
        source.line("y.intoArray(output, outputOffset + column * %d);", pixel);
        source.close().close();
    }
}
