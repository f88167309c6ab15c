package dev.lanewise.kernels.conv;

import dev.lanewise.kernels.codegen.ActivationSource;
import dev.lanewise.kernels.codegen.Source;
import dev.lanewise.kernels.codegen.VectorSource;
import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.codegen.WarmUp;
import dev.lanewise.kernels.workload.Activation;
import java.util.List;

/**
 * What all templates of row kernels share: the tile, where its sums start from and how they are stored. A row whose length
 * is no multiple of a tile's takes two kernels.
 *
 * @param pixels neighbours in a row that a tile has
 * @param vectors of output channels, for each pixel
 * @param turns how often a kernel goes over its rows, each time with so many vectors more of the same block; 1 for most
 * @param outputPixel floats from an output pixel to the next
 * @param vectorsInBlock how many of a tile's vectors lie side by side before the next block; 1 where each has its own
 * @param carried whether all pixels start from the bias, and offsets are carried from tile to tile, as suits short sums.
 *     Otherwise each pixel starts from a value of its own, partial sums or a bias, and offsets are multiples of the loop's
 *     index, with which C2 sees that they are within bounds, but may also unroll the loop until registers run out
 * @param residual whether the sums start from a residual too
 * @param bounded whether results are limited to the band's bounds, besides the activation
 * @param revision 0, or more where the same source is compiled again under another name
 */
record TileShape(
        VectorWidth width,
        int pixels,
        int vectors,
        int turns,
        int inputPixel,
        int outputPixel,
        int vectorsInBlock,
        boolean carried,
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
            "initialPixel",
            "initialBlock",
            "initialRow",
            "residualBlock",
            "residualRow",
            "outputBlock",
            "outputRow",
            "rows",
            "tiles",
            "firstPixel");

    /** As part of a kernel's name: {@code f32x8_6x2_i16o16v2_bounded}. */
    String label() {
        return "f32x" + width.lanes() + "_" + pixels + "x" + vectors + (turns == 1 ? "" : "t" + turns) + "_i"
                + inputPixel + "o" + outputPixel + "v"
                + vectorsInBlock + (residual ? "_residual" : "") + (bounded ? "_bounded" : "")
                + (activation.label().isEmpty() ? "" : "_" + activation.label())
                + (revision == 0 ? "" : "_again" + revision);
    }

    /** Opens the method of the contract; what it needs of the band becomes local variables. */
    void openMethod(Source source) {
        source.line("@Override").open("public void run(Band band)");
        WarmUp.idleLoop(source, "band");
        ARRAYS.forEach(array -> source.line("float[] %s = band.%s;", array, array));
        source.line("int[] taps = band.taps;");
        NUMBERS.forEach(number -> source.line("int %s = band.%s;", number, number));
        source.line("int firstInput = band.inputOffset + firstPixel * %d;", inputPixel);
        source.line("int firstInitial = band.initialOffset + firstPixel * initialPixel;");
        // Not by a branch within the loops: C2 would take it for settled by the first convolutions that it sees, guard
        // the loops with it, and give up all such guards once another convolution breaks it.
        source.line("int initialTile = initialPixel * %d;", pixels);
        source.line("int firstResidual = band.residualOffset + firstPixel * %d;", outputPixel);
        source.line("int firstOutput = band.outputOffset + firstPixel * %d;", outputPixel);
    }

    /** Opens the loops over rows and over the tiles of a row, and declares the accumulators. */
    void openTiles(Source source) {
        if (carried) {
            openTurns(source);
            openRows(source);
            openCarriedTiles(source);
        } else {
            openRows(source);
            source.open("for (int tile = 0; tile < tiles; tile++)");
            offsets(source, pixels);
            startSums(source);
        }
    }

    void openRows(Source source) {
        source.open("for (int y = 0; y < rows; y++)");
    }

    /**
     * Opens the loop over the vectors of a block that take turns, if there are any; inside or outside of the rows. What all
     * tiles have in common is loaded once, since short sums leave registers for it.
     */
    void openTurns(Source source) {
        if (turns > 1) {
            int tile = vectors * width.lanes();
            source.open("for (int lane = 0; lane < %d; lane += %d)", turns * tile, tile);
        }
        for (int vector = 0; vector < vectors; vector++) {
            VectorSource.load(
                    source, "bias" + vector, "initial", "firstInitial" + lane() + offset(vector, "initialBlock"));
        }
        if (bounded) {
            loadBounds(source);
        }
    }

    /** Opens the loop over a row's tiles, of which each is found from the one before. */
    void openCarriedTiles(Source source) {
        offsets(source, 0);
        source.open("for (int tile = 0; tile < tiles; tile++)");
        startSums(source);
    }

    /** The first lane of the vectors whose turn it is, as an addend. */
    String lane() {
        return turns > 1 ? " + lane" : "";
    }

    private void startSums(Source source) {
        for (int pixel = 0; pixel < pixels; pixel++) {
            for (int vector = 0; vector < vectors; vector++) {
                start(source, vector, pixel);
            }
        }
    }

    /** Declares an accumulator. */
    private void start(Source source, int vector, int pixel) {
        String sum = accumulator(vector, pixel);
        if (carried) {
            source.line("FloatVector %s = bias%d;", sum, vector);
        } else {
            String first = "initialOffset" + offset(vector, "initialBlock");
            VectorSource.load(source, sum, "initial", first + " + " + pixel * outputPixel);
        }
        if (residual) {
            String addend = "addend" + vector + "_" + pixel;
            String first = "residualOffset" + offset(vector, "residualBlock");
            VectorSource.load(source, addend, "residual", first + " + " + pixel * outputPixel);
            source.line("%s = %s.add(%s);", sum, sum, addend);
        }
    }

    /** Where a row begins, or one of its tiles. */
    private void offsets(Source source, int pixels) {
        String inputTile = pixels == 0 ? "" : " + tile * " + pixels * inputPixel;
        String outputTile = pixels == 0 ? "" : " + tile * " + pixels * outputPixel;
        String initialTile = pixels == 0 ? "" : " + tile * initialTile";
        source.line("int inputOffset = firstInput%s + y * inputRow%s;", lane(), inputTile);
        if (!carried) {
            source.line("int initialOffset = firstInitial + y * initialRow%s;", initialTile);
        }
        source.line("int residualOffset = firstResidual%s + y * residualRow%s;", lane(), outputTile);
        source.line("int outputOffset = firstOutput%s + y * outputRow%s;", lane(), outputTile);
    }

    /** Stores the accumulators and goes on to the next tile. */
    void closeTiles(Source source) {
        if (bounded && !carried) {
            // For each tile: otherwise they would keep registers from the taps.
            loadBounds(source);
        }
        for (int pixel = 0; pixel < pixels; pixel++) {
            for (int vector = 0; vector < vectors; vector++) {
                store(source, vector, pixel);
            }
        }
        if (carried) {
            source.line("inputOffset += %d;", pixels * inputPixel);
            source.line("residualOffset += %d;", pixels * outputPixel);
            source.line("outputOffset += %d;", pixels * outputPixel);
        }
        source.close().close();
        if (turns > 1) {
            source.close();
        }
    }

    private static void loadBounds(Source source) {
        VectorSource.broadcast(source, "lowest", "bounds[0]");
        VectorSource.broadcast(source, "highest", "bounds[1]");
    }

    private void store(Source source, int vector, int pixel) {
        String sum = accumulator(vector, pixel);
        // A method of many operations forgets the class of their results.
        VectorSource.exact(source, sum);
        if (bounded) {
            VectorSource.blend(source, sum, "lowest", sum, "LE", "lowest");
            VectorSource.blend(source, sum, "highest", sum, "GE", "highest");
        }
        ActivationSource.emit(source, activation, sum);
        source.line(
                "%s.intoArray(output, outputOffset%s + %d);", sum, offset(vector, "outputBlock"), pixel * outputPixel);
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
