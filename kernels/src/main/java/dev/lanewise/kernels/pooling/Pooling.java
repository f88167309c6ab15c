package dev.lanewise.kernels.pooling;

import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.codegen.WarmUp;
import dev.lanewise.kernels.tensor.BlockedLayout;
import dev.lanewise.kernels.tensor.FloatRange;
import dev.lanewise.kernels.tensor.Window;
import java.util.List;
import java.util.Optional;

/**
 * Pooling from one blocked tensor into another of the same channel order, over windows or whole images. A window's padding
 * need not be there physically: it is neither read nor written. An output's size is its layout's; where the last windows
 * reach beyond the padding (ONNX's {@code ceil_mode}), so be it. The results have the bits of
 * {@code reference.ReferencePooling}; those of empty slots mean nothing.
 */
public final class Pooling {

    private final PoolingKernel kernel;
    private final PoolingKind kind;
    private final BlockedLayout in;
    private final BlockedLayout out;
    private final Window window;
    private final boolean countPadding;
    private final TapRange[] columns;

    private Pooling(
            PoolingKind kind,
            BlockedLayout in,
            BlockedLayout out,
            Window window,
            boolean countPadding,
            Optional<VectorWidth> width) {
        if (!in.order().equals(out.order()) || in.batch() != out.batch()) {
            throw new IllegalArgumentException(
                    "in of shape " + in.shape() + " (" + in.order() + ") cannot be pooled to " + out.shape() + " ("
                            + out.order() + "): batch and channel order must be the same");
        }
        this.kind = kind;
        this.in = in;
        this.out = out;
        this.window = window;
        this.countPadding = countPadding;
        this.columns = new TapRange[out.width()];
        for (int column = 0; column < columns.length; column++) {
            columns[column] = TapRange.of(
                    column,
                    window.strideWidth(),
                    window.dilationWidth(),
                    window.kernelWidth(),
                    window.padLeft(),
                    window.padRight(),
                    in.width());
        }
        this.kernel = kernel(kind, in.block(), width);
    }

    private static PoolingKernel kernel(PoolingKind kind, int block, Optional<VectorWidth> width) {
        return width.isEmpty() || block == 1
                ? new ScalarPooling(kind, block)
                : PoolingSource.kernel(kind, block, width.get().atMost(block));
    }

    /**
     * The largest pixel of each window, as {@link Math#max} orders them; negative infinity for a window without a pixel.
     *
     * @see <a href="https://onnx.ai/onnx/operators/onnx__MaxPool.html">ONNX MaxPool</a>
     * @throws IllegalArgumentException if the layouts differ in batch or channel order
     */
    public static Pooling max(BlockedLayout in, BlockedLayout out, Window window) {
        return max(in, out, window, VectorWidth.preferred());
    }

    /** @param width without one, plain loops */
    public static Pooling max(BlockedLayout in, BlockedLayout out, Window window, Optional<VectorWidth> width) {
        return new Pooling(PoolingKind.MAX, in, out, window, false, width);
    }

    /**
     * The average of each window's pixels, or with {@code countPadding} their sum divided by the number of taps in the image
     * or its padding; 0 for a window without a pixel.
     *
     * @see <a href="https://onnx.ai/onnx/operators/onnx__AveragePool.html">ONNX AveragePool</a>
     * @throws IllegalArgumentException if the layouts differ in batch or channel order
     */
    public static Pooling average(BlockedLayout in, BlockedLayout out, Window window, boolean countPadding) {
        return average(in, out, window, countPadding, VectorWidth.preferred());
    }

    /** @param width without one, plain loops */
    public static Pooling average(
            BlockedLayout in, BlockedLayout out, Window window, boolean countPadding, Optional<VectorWidth> width) {
        return new Pooling(PoolingKind.AVERAGE, in, out, window, countPadding, width);
    }

    /**
     * The largest pixel of each image.
     *
     * @param out of 1 x 1 pixels
     * @see <a href="https://onnx.ai/onnx/operators/onnx__GlobalMaxPool.html">ONNX GlobalMaxPool</a>
     * @throws IllegalArgumentException if {@code out} is larger, or the layouts differ in batch or channel order
     */
    public static Pooling globalMax(BlockedLayout in, BlockedLayout out) {
        return globalMax(in, out, VectorWidth.preferred());
    }

    /** @param width without one, plain loops */
    public static Pooling globalMax(BlockedLayout in, BlockedLayout out, Optional<VectorWidth> width) {
        return new Pooling(PoolingKind.MAX, in, requirePixel(out), wholeImage(in), false, width);
    }

    /**
     * The average of each image.
     *
     * @param out of 1 x 1 pixels
     * @see <a href="https://onnx.ai/onnx/operators/onnx__GlobalAveragePool.html">ONNX GlobalAveragePool</a>
     * @throws IllegalArgumentException if {@code out} is larger, or the layouts differ in batch or channel order
     */
    public static Pooling globalAverage(BlockedLayout in, BlockedLayout out) {
        return globalAverage(in, out, VectorWidth.preferred());
    }

    /** @param width without one, plain loops */
    public static Pooling globalAverage(BlockedLayout in, BlockedLayout out, Optional<VectorWidth> width) {
        return new Pooling(PoolingKind.AVERAGE_OF_ROWS, in, requirePixel(out), wholeImage(in), false, width);
    }

    private static Window wholeImage(BlockedLayout layout) {
        return new Window(layout.height(), layout.width(), 1, 1, 1, 1, 0, 0, 0, 0);
    }

    private static BlockedLayout requirePixel(BlockedLayout out) {
        if (out.height() != 1 || out.width() != 1) {
            throw new IllegalArgumentException(
                    "global pooling gives 1 x 1 pixels, not " + out.height() + " x " + out.width());
        }
        return out;
    }

    /** The name of the generated kernel; none where plain loops run. */
    public List<String> kernels() {
        return kernel instanceof ScalarPooling
                ? List.of()
                : List.of(kernel.getClass().getSimpleName());
    }

    /** Has C2 compile the kernel. */
    public void warmUp() {
        if (!(kernel instanceof ScalarPooling)) {
            WarmUp.of(kernel, smallCall(kernel, in.block())).finish();
        }
    }

    /** Two rows of taps for enough pixels that there is a whole tile of them and a rest. */
    private static Runnable smallCall(PoolingKernel kernel, int block) {
        int pixels = 5;
        int columns = WarmUp.IDLE_TURNS / 2;
        float[] read = new float[(pixels + 1 + columns) * block];
        float[] written = new float[pixels * block];
        return () -> kernel.row(read, 0, block, 2, block, columns, block, written, 0, pixels, 4);
    }

    /**
     * All of the tensors, which begin at the bases.
     *
     * @throws IllegalArgumentException if an array is too short
     */
    public void run(float[] input, int inBase, float[] output, int outBase) {
        run(input, inBase, output, outBase, 0, in.batch() * in.order().blocks());
    }

    /**
     * Only planes {@code from} to {@code to - 1}; plane {@code image * blocks + block} is one block of one image.
     *
     * @throws IllegalArgumentException if an array is too short, or there are fewer planes
     */
    public void run(float[] input, int inBase, float[] output, int outBase, int from, int to) {
        FloatRange.require("input", input, inBase, in);
        FloatRange.require("output", output, outBase, out);
        int planes = in.batch() * in.order().blocks();
        if (from < 0 || from > to || to > planes) {
            throw new IllegalArgumentException(
                    "planes " + from + " to " + to + " of a tensor of " + planes + " planes");
        }
        for (int plane = from; plane < to; plane++) {
            int source = inBase + plane * in.blockPitch() + in.offset(0, 0, 0, 0);
            int target = outBase + plane * out.blockPitch() + out.offset(0, 0, 0, 0);
            for (int row = 0; row < out.height(); row++) {
                row(row, input, source, output, target + row * out.rowPitch());
            }
        }
    }

    /** Pixels whose windows have the same taps in the image go together; most rows have one such run and an edge or two. */
    private void row(int row, float[] input, int source, float[] output, int target) {
        TapRange rows = TapRange.of(
                row,
                window.strideHeight(),
                window.dilationHeight(),
                window.kernelHeight(),
                window.padTop(),
                window.padBottom(),
                in.height());
        int block = in.block();
        int first =
                (row * window.strideHeight() - window.padTop() + rows.from() * window.dilationHeight()) * in.rowPitch();
        for (int column = 0, next; column < columns.length; column = next) {
            TapRange taps = columns[column];
            next = column + 1;
            while (next < columns.length && columns[next].equals(taps)) {
                next++;
            }
            int left = column * window.strideWidth() - window.padLeft() + taps.from() * window.dilationWidth();
            kernel.row(
                    input,
                    source + first + left * block,
                    window.dilationHeight() * in.rowPitch(),
                    taps.count() == 0 ? 0 : rows.count(),
                    window.dilationWidth() * block,
                    taps.count(),
                    window.strideWidth() * block,
                    output,
                    target + column * block,
                    next - column,
                    divisor(rows, taps));
        }
    }

    private float divisor(TapRange rows, TapRange taps) {
        int pixels = rows.count() * taps.count();
        if (kind == PoolingKind.MAX || pixels == 0) {
            return 1;
        }
        return countPadding ? rows.padded() * taps.padded() : pixels;
    }
}
