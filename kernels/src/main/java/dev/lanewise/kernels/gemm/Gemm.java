package dev.lanewise.kernels.gemm;

import static dev.lanewise.kernels.gemm.GemmTile.PANEL;

import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.codegen.WarmUp;
import dev.lanewise.kernels.elementwise.UnaryKernel;
import dev.lanewise.kernels.tensor.BlockedLayout;
import dev.lanewise.kernels.tensor.FloatRange;
import dev.lanewise.kernels.workload.Activation;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A fully connected layer: {@code y = activation(x * weights + bias)} for any number of rows. The weights are packed once;
 * many threads may use them. The results have the bits of {@code reference.ReferenceMatMul}: each starts from its bias (0
 * without one) and takes one fma for each feature, ascending.
 *
 * <p>The weights lie in panels of 16 outputs, {@code [panels][depth][16]}. A tile of rows and panels keeps its sums in
 * registers; of many rows, a chunk of features at a time, so that a panel stays in the first-level cache for all of them.
 *
 * @see <a href="https://onnx.ai/onnx/operators/onnx__Gemm.html">ONNX Gemm</a>
 */
public final class Gemm {

    /** A panel of so many features has 16 KB. */
    private static final int DEPTH_CHUNK = 256;

    /** Objects of this size begin 16 bytes after a boundary of 64; 12 floats later, no vector straddles two cache lines. */
    private static final int PACKED_BASE = 12;

    private final GemmParameters parameters;
    private final int[] offsets;
    private final boolean gathered;
    private final int extent;
    private final float[] packed;
    private final Optional<VectorWidth> width;
    private final int mostRows;
    private final @Nullable UnaryKernel activation;
    private final @Nullable GemmKernel[] kernels;

    private Gemm(
            GemmParameters parameters,
            Activation activation,
            int[] offsets,
            boolean gathered,
            Optional<VectorWidth> width) {
        this.parameters = parameters;
        this.offsets = offsets;
        this.gathered = gathered;
        this.extent = Arrays.stream(offsets).max().orElse(0) + 1;
        this.width = width;
        this.mostRows = width.map(GemmTile::mostRows).orElse(1);
        this.activation = activation instanceof Activation.None ? null : UnaryKernel.of(activation, width);
        this.packed = packed(parameters);
        this.kernels = new GemmKernel[mostRows * GemmTile.MOST_PANELS];
    }

    /** For rows in one piece and this CPU's vectors. */
    public static Gemm of(GemmParameters parameters, Activation activation) {
        return of(parameters, activation, VectorWidth.preferred());
    }

    /** @param width without one, plain loops */
    public static Gemm of(GemmParameters parameters, Activation activation, Optional<VectorWidth> width) {
        int[] offsets = IntStream.range(0, parameters.depth()).toArray();
        return new Gemm(parameters, activation, offsets, false, width);
    }

    /**
     * For rows that are the images of a blocked tensor, flattened: feature {@code (channel * height + row) * width + column}.
     * In {@link #run}, a row then begins where an image begins and the pitch is that of images.
     *
     * @param width without one, plain loops
     * @throws IllegalArgumentException if an image has more or fewer elements than there are features
     */
    public static Gemm ofImages(
            GemmParameters parameters, Activation activation, BlockedLayout layout, Optional<VectorWidth> width) {
        int pixels = layout.height() * layout.width();
        if (layout.order().channels() * pixels != parameters.depth()) {
            throw new IllegalArgumentException("an image of shape " + layout.shape() + " has "
                    + layout.order().channels() * pixels + " elements for " + parameters.depth() + " features");
        }
        int[] offsets = new int[parameters.depth()];
        for (int feature = 0; feature < offsets.length; feature++) {
            int pixel = feature % pixels;
            offsets[feature] =
                    layout.offsetOfChannel(0, feature / pixels, pixel / layout.width(), pixel % layout.width());
        }
        return new Gemm(parameters, activation, offsets, true, width);
    }

    private static float[] packed(GemmParameters parameters) {
        int panels = (parameters.columns() - 1) / PANEL + 1;
        long size = PACKED_BASE + (long) panels * PANEL * parameters.depth();
        float[] packed = new float[Math.toIntExact(size)];
        for (int column = 0; column < parameters.columns(); column++) {
            int to = PACKED_BASE + column / PANEL * parameters.depth() * PANEL + column % PANEL;
            for (int feature = 0; feature < parameters.depth(); feature++) {
                packed[to + feature * PANEL] = parameters.weight(feature, column);
            }
        }
        return packed;
    }

    /** Has C2 compile the kernels for a single row, the first of which would otherwise take a quarter of a second. */
    public void warmUp() {
        List<WarmUp> warmUps = warmUps();
        warmUps.forEach(WarmUp::begin);
        warmUps.forEach(WarmUp::finish);
    }

    /** The names of the generated kernels for a single row; none without vectors. */
    public List<String> kernels() {
        return warmUps().stream().map(WarmUp::kernel).toList();
    }

    private List<WarmUp> warmUps() {
        if (width.isEmpty()) {
            return List.of();
        }
        int most = mostPanels(1, 1);
        int whole = parameters.columns() / PANEL;
        return IntStream.of(Math.min(most, whole), whole % most, parameters.columns() % PANEL == 0 ? 0 : 1)
                .filter(panels -> panels > 0)
                .distinct()
                .mapToObj(panels -> warmUpOf(kernel(1, panels)))
                .toList();
    }

    private static WarmUp warmUpOf(GemmKernel kernel) {
        int depth = WarmUp.IDLE_TURNS;
        int most = PANEL * GemmTile.MOST_PANELS;
        float[] read = new float[depth * most];
        float[] written = new float[most * most];
        int[] offsets = new int[depth];
        return WarmUp.of(kernel, () -> kernel.tile(read, 0, 0, offsets, 0, read, 0, 0, depth, written, 0, most));
    }

    /** Panels of 16 outputs, the last of which may have fewer: what threads can share out. */
    public int panels() {
        return (parameters.columns() - 1) / PANEL + 1;
    }

    /**
     * All outputs of {@code rows} rows.
     *
     * @param xPitch elements from a row of the input to the next
     * @param yPitch as {@code xPitch}, of the output
     * @throws IllegalArgumentException if an array is too short, or rows of the output would overlap
     */
    public void run(float[] x, int xFrom, int xPitch, float[] y, int yFrom, int yPitch, int rows) {
        run(x, xFrom, xPitch, y, yFrom, yPitch, rows, 0, panels());
    }

    /** As the other {@code run}, but only the outputs of panels {@code from} to {@code to - 1}. */
    public void run(float[] x, int xFrom, int xPitch, float[] y, int yFrom, int yPitch, int rows, int from, int to) {
        requireRows(xPitch, yPitch, rows, from, to);
        if (rows == 0 || from == to) {
            return;
        }
        FloatRange.require("x", x, xFrom, (rows - 1L) * xPitch + extent);
        FloatRange.require("y", y, yFrom, (rows - 1L) * yPitch + parameters.columns());
        int whole = Math.min(to, parameters.columns() / PANEL);
        if (from < whole) {
            start(y, yFrom, yPitch, rows, from * PANEL, whole * PANEL);
            panels(x, xFrom, xPitch, y, yFrom + from * PANEL, yPitch, rows, from, whole);
        }
        if (whole < to) {
            lastPanel(x, xFrom, xPitch, y, yFrom, yPitch, rows, whole);
        }
        if (activation != null) {
            int first = from * PANEL;
            int count = Math.min(to * PANEL, parameters.columns()) - first;
            for (int row = 0; row < rows; row++) {
                int at = yFrom + row * yPitch + first;
                activation.run(y, at, y, at, count);
            }
        }
    }

    private void requireRows(int xPitch, int yPitch, int rows, int from, int to) {
        if (rows < 0 || xPitch < 0 || (rows > 1 && yPitch < parameters.columns())) {
            throw new IllegalArgumentException(rows + " rows of pitch " + xPitch + " to rows of pitch " + yPitch
                    + " with " + parameters.columns() + " columns");
        }
        if (from < 0 || from > to || to > panels()) {
            throw new IllegalArgumentException("panels " + from + " to " + to + " of " + panels());
        }
    }

    /** Writes what the sums of some columns start from. */
    private void start(float[] y, int yFrom, int yPitch, int rows, int fromColumn, int toColumn) {
        for (int row = 0; row < rows; row++) {
            int at = yFrom + row * yPitch;
            if (parameters.bias() != null) {
                System.arraycopy(parameters.bias(), fromColumn, y, at + fromColumn, toColumn - fromColumn);
            } else {
                Arrays.fill(y, at + fromColumn, at + toColumn, 0);
            }
        }
    }

    /** The panel that reaches beyond the last column is computed aside. */
    private void lastPanel(float[] x, int xFrom, int xPitch, float[] y, int yFrom, int yPitch, int rows, int panel) {
        int first = panel * PANEL;
        int count = parameters.columns() - first;
        float[] aside = new float[rows * PANEL];
        for (int row = 0; row < rows && parameters.bias() != null; row++) {
            System.arraycopy(parameters.bias(), first, aside, row * PANEL, count);
        }
        panels(x, xFrom, xPitch, aside, 0, PANEL, rows, panel, panel + 1);
        for (int row = 0; row < rows; row++) {
            System.arraycopy(aside, row * PANEL, y, yFrom + row * yPitch + first, count);
        }
    }

    /** Adds the products of whole panels to sums that have been started; {@code y} begins at the first panel's columns. */
    private void panels(
            float[] x, int xFrom, int xPitch, float[] y, int yFrom, int yPitch, int rows, int from, int to) {
        int tiles = (rows - 1) / mostRows + 1;
        int chunk = tiles == 1 ? parameters.depth() : DEPTH_CHUNK;
        for (int feature = 0; feature < parameters.depth(); feature += chunk) {
            int depth = Math.min(chunk, parameters.depth() - feature);
            int most = mostPanels(rows, tiles);
            for (int panel = from; panel < to; panel += most) {
                int count = Math.min(most, to - panel);
                int target = yFrom + (panel - from) * PANEL;
                tiles(x, xFrom, xPitch, feature, depth, y, target, yPitch, rows, panel, count);
            }
        }
    }

    private int mostPanels(int rows, int tiles) {
        int tallest = (rows - 1) / tiles + 1;
        return width.map(known -> GemmTile.mostPanels(known, tallest)).orElse(1);
    }

    /** All rows of a few panels, in tiles of equally many rows or one less. */
    private void tiles(
            float[] x,
            int xFrom,
            int xPitch,
            int feature,
            int depth,
            float[] y,
            int yFrom,
            int yPitch,
            int rows,
            int panel,
            int panels) {
        int tiles = (rows - 1) / mostRows + 1;
        int panelPitch = parameters.depth() * PANEL;
        int weights = PACKED_BASE + panel * panelPitch + feature * PANEL;
        for (int tile = 0; tile < tiles; tile++) {
            int row = tile * rows / tiles;
            int next = (tile + 1) * rows / tiles;
            kernel(next - row, panels)
                    .tile(
                            x,
                            xFrom + row * xPitch,
                            xPitch,
                            offsets,
                            feature,
                            packed,
                            weights,
                            panelPitch,
                            depth,
                            y,
                            yFrom + row * yPitch,
                            yPitch);
        }
    }

    /** Compiled when a tile of this size is first needed; threads that race for it get the same or an equal one. */
    private GemmKernel kernel(int rows, int panels) {
        int index = (rows - 1) * GemmTile.MOST_PANELS + panels - 1;
        GemmKernel kernel = kernels[index];
        if (kernel == null) {
            GemmTile tile = new GemmTile(rows, panels, gathered || rows > 1);
            kernel = width.map(tile::compiled).orElseGet(tile::scalar);
            kernels[index] = kernel;
        }
        return kernel;
    }
}
