package dev.lanewise.engine.onnx;

import dev.lanewise.engine.graph.Operator;
import dev.lanewise.engine.graph.Resize;
import dev.lanewise.kernels.reference.ReferenceResize.Coordinates;
import dev.lanewise.kernels.reference.ReferenceResize.Interpolation;
import dev.lanewise.kernels.reference.ReferenceResize.Method;
import dev.lanewise.kernels.reference.ReferenceResize.Rounding;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Readers of Resize and of Upsample, which it replaced. */
final class ResizeReaders {

    /** What Upsample and the first Resize did. */
    private static final Coordinates OLD_COORDINATES = Coordinates.ASYMMETRIC;

    private static final Rounding OLD_ROUNDING = Rounding.FLOOR;

    private static final float CUBIC_COEFFICIENT = -0.75f;

    private ResizeReaders() {}

    static void register(Map<String, OperatorReader> readers) {
        readers.put("Resize", node -> node.opset() < 11 ? firstResize(node) : resize(node));
        readers.put("Upsample", ResizeReaders::upsample);
    }

    private static Operator resize(OnnxNode node) {
        Method method = new Method(
                option(Interpolation.class, "mode", node.stringOr("mode", "nearest")),
                option(
                        Coordinates.class,
                        "coordinate_transformation_mode",
                        node.stringOr("coordinate_transformation_mode", "half_pixel")),
                option(Rounding.class, "nearest_mode", node.stringOr("nearest_mode", "round_prefer_floor")),
                node.flag("antialias", false),
                node.flag("exclude_outside", false),
                node.floatOr("cubic_coeff_a", CUBIC_COEFFICIENT));
        Resize.AspectRatio aspectRatio = option(
                Resize.AspectRatio.class,
                "keep_aspect_ratio_policy",
                node.stringOr("keep_aspect_ratio_policy", "stretch"));
        return new Resize(
                method, WindowReaders.integers(node, "axes"), aspectRatio, node.floatOr("extrapolation_value", 0));
    }

    /** Opset 10: scales come second, and there is one way to find positions. */
    private static Operator firstResize(OnnxNode node) {
        node.inputs().add(1, "");
        return old(node.stringOr("mode", "nearest"));
    }

    private static Operator upsample(OnnxNode node) {
        if (node.hasInput(1)) {
            node.inputs().add(1, "");
        } else if (node.has("scales")) {
            float[] scales = node.floats("scales");
            if (scales != null) {
                node.setInput(2, FloatTensor.of(Shape.of(scales.length), scales));
            }
        } else {
            float[] scales = {1, 1, node.floatOr("height_scale", 0), node.floatOr("width_scale", 0)};
            node.setInput(2, FloatTensor.of(Shape.of(4), scales));
        }
        String mode = node.stringOr("mode", "nearest");
        return old(mode.equals("bilinear") ? "linear" : mode);
    }

    private static Operator old(String mode) {
        Interpolation interpolation = option(Interpolation.class, "mode", mode);
        Method method = new Method(interpolation, OLD_COORDINATES, OLD_ROUNDING, false, false, CUBIC_COEFFICIENT);
        return new Resize(method, List.of(), Resize.AspectRatio.STRETCH, 0);
    }

    /** The constant that ONNX writes in lower case. */
    private static <E extends Enum<E>> E option(Class<E> type, String attribute, String name) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> constant.name().toLowerCase(Locale.ROOT).equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("attribute '" + attribute + "' is '" + name + "', not one of "
                                + Arrays.toString(type.getEnumConstants()).toLowerCase(Locale.ROOT)));
    }
}
