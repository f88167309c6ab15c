package dev.lanewise.kernels.elementwise;

import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.reference.ReferenceResize;
import dev.lanewise.kernels.reference.ReferenceResize.Axis;
import dev.lanewise.kernels.reference.ReferenceResize.Interpolation;
import dev.lanewise.kernels.reference.ReferenceResize.Method;
import dev.lanewise.kernels.reference.ReferenceResize.Taps;
import dev.lanewise.kernels.tensor.BlockedLayout;
import dev.lanewise.kernels.tensor.FloatRange;
import dev.lanewise.kernels.workload.Activation;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Resizes the images of a blocked tensor, with every interpolation, rounding and way of coordinates that {@link
 * ReferenceResize} knows, in its order (rows first) and with its bits. Where positions and weights come from tables, all
 * modes are alike. Padding is neither read nor written.
 *
 * @see <a href="https://onnx.ai/onnx/operators/onnx__Resize.html">ONNX Resize</a>
 */
public final class BlockedResize {

    private static final Formula PRODUCT_SUM = new Formula.Affine(new Activation.None());
    private static final float[] ZERO = {0};

    private final BlockedLayout in;
    private final BlockedLayout out;
    private final AxisTable rows;
    private final AxisTable columns;
    private final boolean nearest;
    private final float extrapolation;
    private final ResizeKernel kernel;
    private final Rows firstTap;
    private final Rows nextTap;

    private BlockedResize(
            BlockedLayout in,
            BlockedLayout out,
            AxisTable rows,
            AxisTable columns,
            boolean nearest,
            float extrapolation,
            Optional<VectorWidth> width) {
        this.in = in;
        this.out = out;
        this.rows = rows;
        this.columns = columns;
        this.nearest = nearest;
        this.extrapolation = extrapolation;
        this.kernel = ResizeSource.kernel(in.block(), width);
        this.firstTap = Rows.flat(PRODUCT_SUM, List.of(Operand.STREAM, Operand.SCALAR, Operand.SCALAR), width);
        this.nextTap = Rows.flat(PRODUCT_SUM, List.of(Operand.STREAM, Operand.SCALAR, Operand.STREAM), width);
    }

    /** For this CPU's vectors. */
    public static BlockedResize of(
            Method method, BlockedLayout in, BlockedLayout out, Axis height, Axis width, float extrapolation) {
        return of(method, in, out, height, width, extrapolation, VectorWidth.preferred());
    }

    /**
     * @param extrapolation the value outside the image, for coordinates that have an outside
     * @param vectors without them, plain loops
     * @throws IllegalArgumentException if the axes are not those of the layouts, or these differ in batch or channel order
     */
    public static BlockedResize of(
            Method method,
            BlockedLayout in,
            BlockedLayout out,
            Axis height,
            Axis width,
            float extrapolation,
            Optional<VectorWidth> vectors) {
        if (!in.order().equals(out.order()) || in.batch() != out.batch()) {
            throw new IllegalArgumentException(
                    "in of shape " + in.shape() + " (" + in.order() + ") cannot be resized to " + out.shape() + " ("
                            + out.order() + "): batch and channel order must be the same");
        }
        requireAxis("height", height, in.height(), out.height());
        requireAxis("width", width, in.width(), out.width());
        boolean nearest = method.interpolation() == Interpolation.NEAREST;
        AxisTable rows = AxisTable.of(method, height, in.rowPitch());
        AxisTable columns = AxisTable.of(method, width, in.block());
        return new BlockedResize(in, out, rows, columns, nearest, extrapolation, vectors);
    }

    private static void requireAxis(String what, Axis axis, int input, int output) {
        if (axis.input() != input || axis.output() != output) {
            throw new IllegalArgumentException("the layouts' " + what + " goes from " + input + " to " + output
                    + ", the axis from " + axis.input() + " to " + axis.output());
        }
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
        PixelRows.requirePlanes(in, from, to);
        float[] row = new float[in.width() * in.block()];
        for (int plane = from; plane < to; plane++) {
            int source = inBase + plane * in.blockPitch() + in.offset(0, 0, 0, 0);
            int target = outBase + plane * out.blockPitch() + out.offset(0, 0, 0, 0);
            for (int y = 0; y < out.height(); y++) {
                int at = target + y * out.rowPitch();
                if (rows.isOutside(y)) {
                    Arrays.fill(output, at, at + out.width() * out.block(), extrapolation);
                } else if (nearest) {
                    nearest(y, input, source, output, at);
                } else {
                    interpolate(y, input, source, row, output, at);
                }
            }
        }
    }

    private void nearest(int y, float[] input, int source, float[] output, int at) {
        int floats = out.width() * out.block();
        if (y > 0 && rows.offset(y - 1) == rows.offset(y) && !rows.isOutside(y - 1)) {
            System.arraycopy(output, at - out.rowPitch(), output, at, floats);
            return;
        }
        kernel.pick(input, source + rows.offset(y), columns.offsets(), output, at, out.width());
        extrapolate(output, at);
    }

    private void interpolate(int y, float[] input, int source, float[] row, float[] output, int at) {
        float[] line = input;
        int from = source + (rows.identity() ? y * in.rowPitch() : 0);
        if (!rows.identity()) {
            combineRows(y, input, source, row);
            line = row;
            from = 0;
        }
        if (columns.identity()) {
            System.arraycopy(line, from, output, at, out.width() * out.block());
        } else {
            kernel.interpolate(
                    line, from, columns.starts(), columns.offsets(), columns.weights(), output, at, out.width());
            extrapolate(output, at);
        }
    }

    private void combineRows(int y, float[] input, int source, float[] row) {
        int first = rows.starts()[y];
        for (int tap = first; tap < rows.starts()[y + 1]; tap++) {
            int from = source + rows.offsets()[tap];
            if (tap == first) {
                firstTap.run(input, from, rows.weights(), tap, ZERO, 0, row, 0, row.length);
            } else {
                nextTap.run(input, from, rows.weights(), tap, row, 0, row, 0, row.length);
            }
        }
    }

    private void extrapolate(float[] output, int at) {
        for (int x = 0; columns.hasOutside() && x < out.width(); x++) {
            if (columns.isOutside(x)) {
                int pixel = at + x * out.block();
                Arrays.fill(output, pixel, pixel + out.block(), extrapolation);
            }
        }
    }

    /**
     * What each output position of an axis is made of: taps {@code starts[i]} to {@code starts[i + 1] - 1}, or none for a
     * position outside the image. Of nearest pixels, every position has one tap, at {@code offsets[i]}.
     *
     * @param offsets floats from the first input position to that of a tap
     */
    private record AxisTable(
            boolean identity, int[] starts, int[] offsets, float[] weights, boolean[] outside, boolean hasOutside) {

        static AxisTable of(Method method, Axis axis, int pitch) {
            boolean nearest = method.interpolation() == Interpolation.NEAREST;
            Taps[] taps = nearest ? nearest(method, axis) : ReferenceResize.taps(method, axis);
            int[] starts = new int[taps.length + 1];
            boolean[] outside = new boolean[taps.length];
            boolean any = false;
            for (int i = 0; i < taps.length; i++) {
                starts[i + 1] = starts[i] + taps[i].positions().length;
                outside[i] = nearest ? taps[i].weights().length == 0 : taps[i].positions().length == 0;
                any |= outside[i];
            }
            int[] offsets = new int[starts[taps.length]];
            float[] weights = new float[offsets.length];
            for (int i = 0; i < taps.length; i++) {
                for (int tap = starts[i]; tap < starts[i + 1]; tap++) {
                    offsets[tap] = taps[i].positions()[tap - starts[i]] * pitch;
                    weights[tap] = outside[i] ? 0 : taps[i].weights()[tap - starts[i]];
                }
            }
            return new AxisTable(axis.isIdentity() && !nearest, starts, offsets, weights, outside, any);
        }

        /** One tap each; a position outside reads the first pixel, which is overwritten, and has no weight. */
        private static Taps[] nearest(Method method, Axis axis) {
            return Arrays.stream(ReferenceResize.nearest(method, axis))
                    .mapToObj(position -> position < 0
                            ? new Taps(new int[1], new float[0])
                            : new Taps(new int[] {position}, new float[] {1}))
                    .toArray(Taps[]::new);
        }

        boolean isOutside(int position) {
            return outside[position];
        }

        int offset(int position) {
            return offsets[starts[position]];
        }
    }
}
