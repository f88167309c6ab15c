package dev.lanewise.kernels.elementwise;

import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.reference.BinaryFunction;
import dev.lanewise.kernels.tensor.BlockedLayout;
import dev.lanewise.kernels.tensor.FloatRange;
import dev.lanewise.kernels.workload.Activation;
import java.util.List;
import java.util.Optional;

/**
 * {@code activation(f(a, b))} of blocked tensors of one channel order, such as a residual addition with its Relu. An
 * operand of 1 x 1 pixels (the scale of squeeze-and-excitation, a bias) holds for all pixels, one of batch 1 for all
 * images. Only pixels are read and written, never padding, so the layouts may differ in it. The results have the bits of
 * {@code reference.ReferenceElementwise}; those of empty slots mean nothing.
 */
public final class BlockedBinary {

    private final Formula formula;
    private final Optional<VectorWidth> width;
    private final BlockedLayout a;
    private final BlockedLayout b;
    private final BlockedLayout y;
    private final Rows rows;

    private BlockedBinary(
            Formula formula, BlockedLayout a, BlockedLayout b, BlockedLayout y, Optional<VectorWidth> width) {
        this.formula = formula;
        this.width = width;
        this.a = a;
        this.b = b;
        this.y = y;
        this.rows = rows();
    }

    /** For this CPU's vectors. */
    public static BlockedBinary of(
            BinaryFunction function, Activation activation, BlockedLayout a, BlockedLayout b, BlockedLayout y) {
        return of(function, activation, a, b, y, VectorWidth.preferred());
    }

    /**
     * @param width without one, a plain loop
     * @throws IllegalArgumentException if the layouts do not broadcast to that of {@code y}, or the function gives no floats
     */
    public static BlockedBinary of(
            BinaryFunction function,
            Activation activation,
            BlockedLayout a,
            BlockedLayout b,
            BlockedLayout y,
            Optional<VectorWidth> width) {
        BinaryKernel.requireNumbers(function);
        requireBroadcast("a", a, y);
        requireBroadcast("b", b, y);
        return new BlockedBinary(new Formula.Binary(function, activation), a, b, y, width);
    }

    private static void requireBroadcast(String what, BlockedLayout operand, BlockedLayout y) {
        boolean pixels = operand.height() == y.height() && operand.width() == y.width();
        boolean images = operand.batch() == y.batch() || operand.batch() == 1;
        if (!operand.order().equals(y.order()) || !images || !(pixels || isPixel(operand))) {
            throw new IllegalArgumentException(what + " of shape " + operand.shape() + " (" + operand.order()
                    + ") does not broadcast to " + y.shape() + " (" + y.order() + ")");
        }
    }

    private static boolean isPixel(BlockedLayout layout) {
        return layout.height() == 1 && layout.width() == 1;
    }

    private Rows rows() {
        boolean flat = y.block() == 1 || !(isPixel(a) || isPixel(b)) || isPixel(y);
        List<Operand> operands = List.of(kind(a, flat), kind(b, flat));
        return flat ? Rows.flat(formula, operands, width) : Rows.blocked(formula, operands, width, y.block());
    }

    private Operand kind(BlockedLayout operand, boolean flat) {
        if (!isPixel(operand) || isPixel(y)) {
            return Operand.STREAM;
        }
        return flat ? Operand.SCALAR : Operand.CHANNEL;
    }

    /**
     * All of the tensors, which begin at the bases; {@code yData} may be an operand's array at the same place.
     *
     * @throws IllegalArgumentException if an array is too short
     */
    public void run(float[] aData, int aBase, float[] bData, int bBase, float[] yData, int yBase) {
        run(aData, aBase, bData, bBase, yData, yBase, 0, y.batch() * y.order().blocks());
    }

    /**
     * As {@link #run(float[], int, float[], int, float[], int)}, but only planes {@code from} to {@code to - 1}; plane {@code
     * image * blocks + block} is one block of one image.
     */
    public void run(float[] aData, int aBase, float[] bData, int bBase, float[] yData, int yBase, int from, int to) {
        FloatRange.require("a", aData, aBase, a);
        FloatRange.require("b", bData, bBase, b);
        FloatRange.require("y", yData, yBase, y);
        PixelRows.requirePlanes(y, from, to);
        PixelRows pixels = PixelRows.of(y, a, b);
        for (int plane = from; plane < to; plane++) {
            int image = plane / y.order().blocks();
            int block = plane % y.order().blocks();
            for (int row = 0; row < pixels.count(); row++) {
                int fromA = aBase + offset(a, image, block, row);
                int fromB = bBase + offset(b, image, block, row);
                int fromY = yBase + y.offset(image, block, row, 0);
                rows.run(aData, fromA, bData, fromB, aData, fromA, yData, fromY, pixels.floats());
            }
        }
    }

    private static int offset(BlockedLayout operand, int image, int block, int row) {
        return operand.offset(operand.batch() == 1 ? 0 : image, block, isPixel(operand) ? 0 : row, 0);
    }
}
