package dev.lanewise.kernels.conv;

import dev.lanewise.kernels.codegen.ActivationSource;
import dev.lanewise.kernels.codegen.Source;
import dev.lanewise.kernels.codegen.VectorSource;
import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.workload.Activation;
import java.util.List;

/**
 * What all templates of row kernels share: the row's two tile widths, where the sums start from and how they are stored.
 *
 * @param outputPixel floats from an output pixel to the next
 * @param vectorsInBlock how many of a tile's vectors lie side by side before the next block; 1 where each has its own
 * @param partial whether the sums start from partial sums in the output; otherwise from the bias
 * @param residual whether the sums start from a residual too
 * @param bounded whether results are limited to the band's bounds, besides the activation
 * @param revision 0, or more where the same source is compiled again under another name
 */
record TileShape(
        VectorWidth width,
        TileSplit split,
        int vectors,
        int inputPixel,
        int outputPixel,
        int vectorsInBlock,
        boolean partial,
        boolean residual,
        boolean bounded,
        Activation activation,
        int revision) {

    private static final List<String> ARRAYS = List.of("input", "weights", "initial", "residual", "output", "bounds");

    private static final List<String> NUMBERS = List.of(
            "from",
            "to",
            "weightOffset",
            "inputRow",
            "initialBlock",
            "initialRow",
            "residualBlock",
            "residualRow",
            "outputBlock",
            "outputRow",
            "rows",
            "fence");

    /** As part of a kernel's name: {@code f32x8_6x2n5_s1_biasRelu}. */
    String label() {
        return "f32x" + width.lanes() + "_" + split.wide() + "x" + vectors + "n" + split.narrow() + "_i" + inputPixel
                + "o" + outputPixel + "v" + vectorsInBlock + (partial ? "_partial" : "") + (residual ? "_residual" : "")
                + (bounded ? "_bounded" : "")
                + (activation.label().isEmpty() ? "" : "_" + activation.label())
                + (revision == 0 ? "" : "_again" + revision);
    }

    /** The method of the contract: the wide tiles, then the narrow ones. */
    void run(Source source) {
        source.line("@Override").open("public void run(Band band)");
        source.open("if (band.wideTiles > 0)").line("wide(band);").close();
        source.open("if (band.narrowTiles > 0)").line("narrow(band);").close();
        source.close().blank();
    }

    /** Opens the method of one tile width; what it needs of the band becomes local variables. */
    void openMethod(Source source, boolean wide) {
        source.open("private static void %s(Band band)", wide ? "wide" : "narrow");
        ARRAYS.forEach(array -> source.line("float[] %s = band.%s;", array, array));
        source.line("int[] taps = band.taps;");
        NUMBERS.forEach(number -> source.line("int %s = band.%s;", number, number));
        source.line("int tiles = band.%s;", wide ? "wideTiles" : "narrowTiles");
        source.line("int done = %s;", wide ? "0" : "band.wideTiles * " + split.wide());
        source.line("int firstInput = band.inputOffset + done * %d;", inputPixel);
        source.line("int firstInitial = band.initialOffset + done * %d;", partial ? outputPixel : 0);
        source.line("int firstResidual = band.residualOffset + done * %d;", outputPixel);
        source.line("int firstOutput = band.outputOffset + done * %d;", outputPixel);
    }

    /**
     * Opens the loops over rows and over the tiles of a row, and declares the accumulators.
     *
     * @param carried whether offsets are carried from tile to tile; otherwise they are multiples of the loop's index, with
     *     which C2 sees that they are within bounds, but may also unroll the loop until registers run out
     */
    void openTiles(Source source, int pixels, boolean carried) {
        source.open("for (int y = 0; y < rows; y++)");
        if (carried) {
            offsets(source, 0);
        }
        source.open("for (int tile = 0; tile < tiles; tile++)");
        if (!carried) {
            offsets(source, pixels);
        }
        for (int pixel = 0; pixel < pixels; pixel++) {
            for (int vector = 0; vector < vectors; vector++) {
                String sum = accumulator(vector, pixel);
                String start = "initialOffset" + offset(vector, "initialBlock");
                if (partial) {
                    VectorSource.load(source, sum, "initial", start + " + " + pixel * outputPixel);
                } else {
                    if (pixel == 0) {
                        VectorSource.load(source, "bias" + vector, "initial", start);
                    }
                    source.line("FloatVector %s = bias%d;", sum, vector);
                }
                if (residual) {
                    String addend = "addend" + vector + "_" + pixel;
                    VectorSource.load(
                            source,
                            addend,
                            "residual",
                            "residualOffset" + offset(vector, "residualBlock") + " + " + pixel * outputPixel);
                    source.line("%s = %s.add(%s);", sum, sum, addend);
                }
            }
        }
    }

    /** Where a row begins, or one of its tiles. */
    private void offsets(Source source, int pixels) {
        String inputTile = pixels == 0 ? "" : " + tile * " + pixels * inputPixel;
        String outputTile = pixels == 0 ? "" : " + tile * " + pixels * outputPixel;
        source.line("int inputOffset = firstInput + y * inputRow%s;", inputTile);
        source.line("int initialOffset = firstInitial%s;", partial ? " + y * initialRow" + outputTile : "");
        source.line("int residualOffset = firstResidual + y * residualRow%s;", outputTile);
        source.line("int outputOffset = firstOutput + y * outputRow%s;", outputTile);
    }

    /** Stores the accumulators and goes on to the next tile. */
    void closeTiles(Source source, int pixels, boolean carried) {
        if (bounded) {
            // Loaded for each tile: as constants they would keep registers from the taps.
            VectorSource.broadcast(source, "lowest", "bounds[0]");
            VectorSource.broadcast(source, "highest", "bounds[1]");
        }
        for (int pixel = 0; pixel < pixels; pixel++) {
            for (int vector = 0; vector < vectors; vector++) {
                String sum = accumulator(vector, pixel);
                // A method of many operations forgets the class of their results.
                VectorSource.exact(source, sum);
                if (bounded) {
                    VectorSource.blend(source, sum, "lowest", sum, "LE", "lowest");
                    VectorSource.blend(source, sum, "highest", sum, "GE", "highest");
                }
                ActivationSource.emit(source, activation, sum);
                source.line(
                        "%s.intoArray(output, outputOffset%s + %d);",
                        sum, offset(vector, "outputBlock"), pixel * outputPixel);
            }
        }
        if (carried) {
            source.line("inputOffset += %d;", pixels * inputPixel);
            if (partial) {
                source.line("initialOffset += %d;", pixels * outputPixel);
            }
            source.line("residualOffset += %d;", pixels * outputPixel);
            source.line("outputOffset += %d;", pixels * outputPixel);
        }
        source.close().close();
    }

    static String accumulator(int vector, int pixel) {
        return "sum" + vector + "_" + pixel;
    }

    /** Of a vector from the first one of the tile. */
    private String offset(int vector, String block) {
        int blocks = vector / vectorsInBlock;
        int lanes = vector % vectorsInBlock * width.lanes();
        return (blocks == 0 ? "" : blocks == 1 ? " + " + block : " + " + blocks + " * " + block)
                + (lanes == 0 ? "" : " + " + lanes);
    }
}
