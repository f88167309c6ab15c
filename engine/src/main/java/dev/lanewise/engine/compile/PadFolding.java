package dev.lanewise.engine.compile;

import dev.lanewise.engine.graph.AveragePooling;
import dev.lanewise.engine.graph.Convolution;
import dev.lanewise.engine.graph.Dimension;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.graph.Node;
import dev.lanewise.engine.graph.Operator;
import dev.lanewise.engine.graph.Pad;
import dev.lanewise.engine.graph.SlidingWindow;
import dev.lanewise.engine.graph.ValueFact;
import dev.lanewise.kernels.reference.ReferencePadding;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes zeros that are put around an image pads of the convolution, or of the average pooling that counts its padding,
 * which reads it. Not of a maximum pooling: its own pads are no zeros.
 */
final class PadFolding {

    private PadFolding() {}

    static Graph apply(Graph graph, Map<String, ValueFact> facts) {
        return GraphEditor.sweep(graph, facts, PadFolding::fold);
    }

    private static void fold(GraphEditor editor, Node node) {
        if (!(node.operator() instanceof Convolution) && !(node.operator() instanceof AveragePooling)) {
            return;
        }
        Node pad = editor.onlyFor(node.inputs().get(0), Pad.class);
        List<Integer> pads = pad == null ? null : zeros(editor, pad);
        if (pad == null || pads == null) {
            return;
        }
        padded(node.operator(), pads).ifPresent(operator -> {
            List<String> inputs = new ArrayList<>(node.inputs());
            inputs.set(0, pad.inputs().get(0));
            editor.replace(node, new Node(node.name(), node.type(), operator, inputs, node.outputs()), pad);
        });
    }

    private static Optional<Operator> padded(Operator operator, List<Integer> pads) {
        if (operator instanceof Convolution convolution) {
            return convolution.window().withMorePads(pads).map(window -> new Convolution(window, convolution.groups()));
        }
        AveragePooling pooling = (AveragePooling) operator;
        boolean countsZeros =
                pooling.countPadding() || pooling.window().pads().stream().allMatch(pad -> pad == 0);
        return countsZeros
                ? pooling.window()
                        .withMorePads(pads)
                        .filter(PadFolding::seesAPixelEverywhere)
                        .map(window -> new AveragePooling(window, true))
                : Optional.empty();
    }

    /** Poolings of padding alone are none that other engines, or kernels, would have to know. */
    private static boolean seesAPixelEverywhere(SlidingWindow window) {
        int axes = window.kernel().size();
        for (int i = 0; i < window.pads().size(); i++) {
            if (window.pads().get(i) >= window.kernel().get(i % axes)) {
                return false;
            }
        }
        return true;
    }

    /** The pads of the spatial axes, starts before ends, if a node adds zeros there and does nothing else. */
    private static @Nullable List<Integer> zeros(GraphEditor editor, Node node) {
        List<Dimension> dimensions = editor.dimensions(node.inputs().get(0));
        long[] pads = editor.integers(node.inputs().get(1));
        if (dimensions == null
                || pads == null
                || !editor.isFloat32(node.inputs().get(0))
                || !node.operator().equals(new Pad(ReferencePadding.Mode.CONSTANT))
                || !fillsWithZero(editor, input(node, 2))) {
            return null;
        }
        int rank = dimensions.size();
        long[] byAxis = byAxis(pads, input(node, 3), editor, rank);
        if (byAxis == null || Arrays.stream(byAxis).anyMatch(pad -> pad < 0 || pad > Integer.MAX_VALUE)) {
            return null;
        }
        List<Integer> spatial = new ArrayList<>();
        for (int i = 0; i < byAxis.length; i++) {
            if (i % rank >= 2) {
                spatial.add((int) byAxis[i]);
            } else if (byAxis[i] != 0) {
                return null;
            }
        }
        return spatial;
    }

    /** The pads at the starts of all axes, then those at the ends. */
    private static long @Nullable [] byAxis(long[] pads, String axesInput, GraphEditor editor, int rank) {
        if (axesInput.isEmpty()) {
            return pads.length == 2 * rank ? pads : null;
        }
        long[] axes = editor.integers(axesInput);
        if (axes == null || pads.length != 2 * axes.length) {
            return null;
        }
        long[] byAxis = new long[2 * rank];
        for (int i = 0; i < axes.length; i++) {
            int axis = Shape.axis(axes[i], rank);
            byAxis[axis] = pads[i];
            byAxis[rank + axis] = pads[axes.length + i];
        }
        return byAxis;
    }

    private static boolean fillsWithZero(GraphEditor editor, String value) {
        if (value.isEmpty()) {
            return true;
        }
        FloatTensor fill = editor.floats(value);
        return fill != null && fill.data().length == 1 && fill.data()[0] == 0;
    }

    private static String input(Node node, int index) {
        return index < node.inputs().size() ? node.inputs().get(index) : "";
    }
}
