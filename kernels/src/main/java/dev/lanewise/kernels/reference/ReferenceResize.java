package dev.lanewise.kernels.reference;

import dev.lanewise.kernels.tensor.Shape;
import java.util.Arrays;

/**
 * Resizing by interpolation, one axis after another.
 *
 * <p>An axis is resized by a table of taps: for each output position, input positions and their weights. Positions and
 * weights are computed in double and rounded once (positions of nearest pixels: see {@link #nearest}); taps of weight 0 are left out. Along each axis, an output element is
 * one chain of fused multiply-adds from 0 over its taps in order of position.
 *
 * @see <a href="https://onnx.ai/onnx/operators/onnx__Resize.html">ONNX Resize</a>
 */
public final class ReferenceResize {

    /** How values between pixels are found. */
    public enum Interpolation {
        NEAREST,
        LINEAR,
        CUBIC
    }

    /** Which pixel is the nearest. */
    public enum Rounding {
        ROUND_PREFER_FLOOR,
        ROUND_PREFER_CEIL,
        FLOOR,
        CEIL
    }

    /** How an output position becomes an input position. */
    public enum Coordinates {
        HALF_PIXEL,
        HALF_PIXEL_SYMMETRIC,
        PYTORCH_HALF_PIXEL,
        ALIGN_CORNERS,
        ASYMMETRIC,
        TF_HALF_PIXEL_FOR_NN,
        TF_CROP_AND_RESIZE
    }

    /**
     * How to resize.
     *
     * @param antialias whether to widen the filter when shrinking, so that every pixel counts
     * @param excludeOutside whether taps outside the image are left out, rather than read at its edge
     * @param cubicCoefficient the {@code a} of the cubic filter, such as -0.75
     */
    public record Method(
            Interpolation interpolation,
            Coordinates coordinates,
            Rounding rounding,
            boolean antialias,
            boolean excludeOutside,
            float cubicCoefficient) {}

    /**
     * One axis to resize.
     *
     * @param input pixels before
     * @param output pixels after
     * @param scale output pixels per input pixel; the output may be cut down from a fraction
     * @param cropStart where to begin, as a share of the input; 0 except for {@link Coordinates#TF_CROP_AND_RESIZE}
     * @param cropEnd where to end, as a share of the input; 1 except for {@link Coordinates#TF_CROP_AND_RESIZE}
     */
    public record Axis(int input, int output, double scale, double cropStart, double cropEnd) {

        /** Whether resizing leaves everything as it is. */
        public boolean isIdentity() {
            return input == output && scale == 1 && cropStart == 0 && cropEnd == 1;
        }
    }

    /**
     * What one output position is made of; no taps at all for a position outside the image, which takes the extrapolation
     * value.
     */
    public record Taps(int[] positions, float[] weights) {}

    private ReferenceResize() {}

    /**
     * The nearest input position for each output position of an axis; -1 where the extrapolation value belongs. Any type of
     * element can be resized with it, through {@link ReferenceMovement#select}. Positions are computed in float: where one
     * falls on a pixel or halfway between two, its rounding decides, and models are trained and checked with float's.
     */
    public static int[] nearest(Method method, Axis axis) {
        return ReferenceMovement.positions(axis.output(), i -> {
            float x = nearestPosition(method.coordinates(), axis, i);
            if (isExtrapolated(method, axis, x)) {
                return -1;
            }
            double rounded =
                    switch (method.rounding()) {
                        case ROUND_PREFER_FLOOR -> Math.ceil((double) x - 0.5);
                        case ROUND_PREFER_CEIL -> Math.floor((double) x + 0.5);
                        case FLOOR -> Math.floor(x);
                        case CEIL -> Math.ceil(x);
                    };
            return clamp((long) rounded, axis.input());
        });
    }

    /**
     * Resizes all axes, outermost first, by linear or cubic interpolation.
     *
     * @param axes one for each dimension of the shape
     * @param extrapolation the value outside the image, for {@link Coordinates#TF_CROP_AND_RESIZE}
     */
    public static float[] interpolate(Shape shape, float[] input, Method method, Axis[] axes, float extrapolation) {
        float[] result = input;
        Shape current = shape;
        Taps[][] taps = new Taps[axes.length][];
        for (int axis = 0; axis < axes.length; axis++) {
            if (axes[axis].isIdentity()) {
                continue;
            }
            taps[axis] = taps(method, axes[axis]);
            result = interpolateAlong(current, result, axis, taps[axis]);
            current = current.with(axis, axes[axis].output());
        }
        if (method.coordinates() == Coordinates.TF_CROP_AND_RESIZE) {
            extrapolate(current, result, taps, extrapolation);
        }
        return result;
    }

    /** The taps of every output position of an axis, for linear or cubic interpolation. */
    public static Taps[] taps(Method method, Axis axis) {
        Taps[] taps = new Taps[axis.output()];
        for (int i = 0; i < taps.length; i++) {
            taps[i] = taps(method, axis, i);
        }
        return taps;
    }

    private static float[] interpolateAlong(Shape shape, float[] input, int axis, Taps[] taps) {
        int outer = shape.sizeOf(0, axis);
        int inner = shape.sizeOf(axis + 1, shape.rank());
        float[] output = new float[shape.with(axis, taps.length).size()];
        for (int o = 0; o < outer; o++) {
            for (int i = 0; i < taps.length; i++) {
                int target = (o * taps.length + i) * inner;
                for (int tap = 0; tap < taps[i].positions.length; tap++) {
                    int source = (o * shape.dim(axis) + taps[i].positions[tap]) * inner;
                    float weight = taps[i].weights[tap];
                    for (int x = 0; x < inner; x++) {
                        output[target + x] = Math.fma(input[source + x], weight, output[target + x]);
                    }
                }
            }
        }
        return output;
    }

    /** Overwrites everything that lies outside the image along some axis. */
    private static void extrapolate(Shape shape, float[] data, Taps[][] taps, float value) {
        for (int axis = 0; axis < taps.length; axis++) {
            if (taps[axis] == null) {
                continue;
            }
            int inner = shape.sizeOf(axis + 1, shape.rank());
            int rows = shape.sizeOf(0, axis + 1);
            for (int row = 0; row < rows; row++) {
                if (taps[axis][row % taps[axis].length].positions.length == 0) {
                    Arrays.fill(data, row * inner, (row + 1) * inner, value);
                }
            }
        }
    }

    private static Taps taps(Method method, Axis axis, int output) {
        double x = inputPosition(method.coordinates(), axis, output);
        if (isExtrapolated(method, axis, x)) {
            return new Taps(new int[0], new float[0]);
        }
        // A position on a pixel counts as the end of the interval to its left, as in ONNX's own implementation: with a
        // cubic filter the two readings differ in which pixels outside the image they touch.
        double left = Math.ceil(x) - 1;
        double ratio = x - left;
        double shrink = method.antialias() ? Math.min(axis.scale(), 1) : 1;
        int support = method.interpolation() == Interpolation.CUBIC ? 2 : 1;
        int first = (int) Math.floor(-support / shrink) + 1;
        double[] weights = new double[2 - 2 * first];
        double sum = 0;
        for (int tap = 0; tap < weights.length; tap++) {
            double distance = Math.abs((first + tap - ratio) * shrink);
            weights[tap] = method.interpolation() == Interpolation.CUBIC
                    ? cubic(distance, method.cubicCoefficient())
                    : Math.max(0, 1 - distance);
            if (method.excludeOutside() && isOutside(left + first + tap, axis.input())) {
                weights[tap] = 0;
            }
            sum += weights[tap];
        }
        boolean normalise = method.antialias() || method.excludeOutside();
        int[] positions = new int[weights.length];
        float[] rounded = new float[weights.length];
        int count = 0;
        for (int tap = 0; tap < weights.length; tap++) {
            float weight = (float) (normalise ? weights[tap] / sum : weights[tap]);
            if (weight != 0) {
                positions[count] = clamp((long) left + first + tap, axis.input());
                rounded[count++] = weight;
            }
        }
        return new Taps(Arrays.copyOf(positions, count), Arrays.copyOf(rounded, count));
    }

    /** The cubic convolution filter of Keys, "Cubic convolution interpolation for digital image processing", 1981. */
    private static double cubic(double distance, double a) {
        if (distance <= 1) {
            return ((a + 2) * distance - (a + 3)) * distance * distance + 1;
        }
        return distance < 2 ? ((a * distance - 5 * a) * distance + 8 * a) * distance - 4 * a : 0;
    }

    private static double inputPosition(Coordinates coordinates, Axis axis, int output) {
        double length = axis.scale() * axis.input();
        return switch (coordinates) {
            case HALF_PIXEL -> (output + 0.5) / axis.scale() - 0.5;
            case HALF_PIXEL_SYMMETRIC ->
                axis.input() / 2.0 * (1 - axis.output() / length) + (output + 0.5) / axis.scale() - 0.5;
            case PYTORCH_HALF_PIXEL -> axis.output() > 1 ? (output + 0.5) / axis.scale() - 0.5 : 0;
            case ALIGN_CORNERS -> length == 1 ? 0 : output * (axis.input() - 1.0) / (length - 1);
            case ASYMMETRIC -> output / axis.scale();
            case TF_HALF_PIXEL_FOR_NN -> (output + 0.5) / axis.scale();
            case TF_CROP_AND_RESIZE -> {
                double crop = axis.cropEnd() - axis.cropStart();
                yield axis.output() > 1
                        ? axis.cropStart() * (axis.input() - 1) + output * crop * (axis.input() - 1) / (length - 1)
                        : 0.5 * (axis.cropStart() + axis.cropEnd()) * (axis.input() - 1);
            }
        };
    }

    /** As {@link #inputPosition}, but rounded to float: after every step in the plain ways, once at the end in the others. */
    private static float nearestPosition(Coordinates coordinates, Axis axis, int output) {
        float scale = (float) axis.scale();
        return switch (coordinates) {
            case HALF_PIXEL -> (output + 0.5f) / scale - 0.5f;
            case PYTORCH_HALF_PIXEL -> axis.output() > 1 ? (output + 0.5f) / scale - 0.5f : 0;
            case ASYMMETRIC -> output / scale;
            case TF_HALF_PIXEL_FOR_NN -> (output + 0.5f) / scale;
            case HALF_PIXEL_SYMMETRIC, ALIGN_CORNERS, TF_CROP_AND_RESIZE ->
                (float) inputPosition(coordinates, axis, output);
        };
    }

    private static boolean isExtrapolated(Method method, Axis axis, double x) {
        return method.coordinates() == Coordinates.TF_CROP_AND_RESIZE && isOutside(x, axis.input());
    }

    private static boolean isOutside(double position, int length) {
        return position < 0 || position > length - 1;
    }

    private static int clamp(long position, int length) {
        return (int) Math.max(0, Math.min(position, length - 1));
    }
}
