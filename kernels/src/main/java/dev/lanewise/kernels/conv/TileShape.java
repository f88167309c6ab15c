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
 * @param residual whether the sums start from a residual too
 * @param revision 0, or more where the same source is compiled again under another name
 */
record TileShape(
        VectorWidth width,
        TileSplit split,
        int vectors,
        int inputPixel,
        int outputPixel,
        int vectorsInBlock,
        boolean residual,
        Activation activation,
        int revision) {

    /** Vector operations of the activations at the end of a tile. */
    private static final int MOST_ACTIVATION_OPERATIONS = 60;

    private static final List<String> ARRAYS = List.of("input", "weights", "initial", "residual", "output");

    private static final List<String> NUMBERS = List.of(
            "from",
            "to",
            "weightOffset",
            "inputRow",
            "initialBlock",
            "initialPixel",
            "initialRow",
            "residualBlock",
            "residualRow",
            "outputBlock",
            "outputRow",
            "rows");

    /** As part of a kernel's name: {@code f32x8_6x2n5_s1_biasRelu}. */
    String label() {
        return "f32x" + width.lanes() + "_" + split.wide() + "x" + vectors + "n" + split.narrow() + "_i" + inputPixel
                + "o" + outputPixel + "v" + vectorsInBlock + (residual ? "_residual" : "")
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
        source.line("int firstInitial = band.initialOffset + done * initialPixel;");
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
                String start =
                        String.format("initialOffset%s + %d * initialPixel", offset(vector, "initialBlock"), pixel);
                VectorSource.load(source, sum, "initial", start);
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
        String initialTile = pixels == 0 ? "" : " + tile * " + pixels + " * initialPixel";
        String outputTile = pixels == 0 ? "" : " + tile * " + pixels * outputPixel;
        source.line("int inputOffset = firstInput + y * inputRow%s;", inputTile);
        source.line("int initialOffset = firstInitial + y * initialRow%s;", initialTile);
        source.line("int residualOffset = firstResidual + y * residualRow%s;", outputTile);
        source.line("int outputOffset = firstOutput + y * outputRow%s;", outputTile);
    }

    /** Stores the accumulators and goes on to the next tile. */
    void closeTiles(Source source, int pixels, boolean carried) {
        // An activation of many steps on every accumulator would be more than C2 inlines: such a one is applied in a
        // loop.
        boolean apart = ActivationSource.operations(activation) * pixels * vectors > MOST_ACTIVATION_OPERATIONS;
        for (int pixel = 0; pixel < pixels; pixel++) {
            for (int vector = 0; vector < vectors; vector++) {
                String sum = accumulator(vector, pixel);
                // A method of many operations forgets the class of their results.
                VectorSource.exact(source, sum);
                if (!apart) {
                    ActivationSource.emit(source, activation, sum);
                }
                source.line(
                        "%s.intoArray(output, outputOffset%s + %d);",
                        sum, offset(vector, "outputBlock"), pixel * outputPixel);
            }
        }
        if (apart) {
            activateStored(source, pixels);
        }
        if (carried) {
            source.line("inputOffset += %d;", pixels * inputPixel);
            source.line("initialOffset += %d * initialPixel;", pixels);
            source.line("residualOffset += %d;", pixels * outputPixel);
            source.line("outputOffset += %d;", pixels * outputPixel);
        }
        source.close().close();
    }

    private void activateStored(Source source, int pixels) {
        source.open("for (int stored = 0; stored < %d; stored++)", pixels * vectors);
        source.line("int vector = stored %% %d;", vectors);
        source.line(
                "int at = outputOffset + stored / %d * %d + vector / %d * outputBlock + vector %% %d * %d;",
                vectors, outputPixel, vectorsInBlock, vectorsInBlock, width.lanes());
        VectorSource.load(source, "result", "output", "at");
        ActivationSource.emit(source, activation, "result");
        source.line("result.intoArray(output, at);").close();
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
