package dev.lanewise.engine.compile;

import static dev.lanewise.engine.compile.TestGraph.assertKeeps;
import static dev.lanewise.engine.compile.TestGraph.assertLeaves;
import static dev.lanewise.engine.compile.TestGraph.slidingWindow;
import static dev.lanewise.engine.compile.TestGraph.window;

import dev.lanewise.engine.graph.AveragePooling;
import dev.lanewise.engine.graph.Convolution;
import dev.lanewise.engine.graph.MaxPooling;
import dev.lanewise.engine.graph.Pad;
import dev.lanewise.engine.graph.SlidingWindow;
import dev.lanewise.engine.graph.SlidingWindow.AutoPad;
import dev.lanewise.engine.graph.Unary;
import dev.lanewise.kernels.reference.ReferencePadding.Mode;
import dev.lanewise.kernels.reference.UnaryFunction;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PadFoldingTest {

    private static final Pad PAD = new Pad(Mode.CONSTANT);
    private static final List<Integer> THREE = List.of(3, 3);

    private final TestGraph graph = new TestGraph();
    private final String x = graph.input(4, 5, 6);
    private final String weights = graph.floats(3, 4, 3, 3);

    @Test
    void addsTheZerosToAConvolutionsPads() {
        String pad = graph.node(PAD, x, graph.longs(0, 0, 1, 2, 0, 0, 3, 0));
        SlidingWindow padded =
                new SlidingWindow(List.of(), List.of(1, 1), List.of(), List.of(2, 3, 4, 1), AutoPad.NOTSET, false);

        assertLeaves(PadFolding::apply, graph.to(graph.node(window(1), pad, weights)), new Convolution(padded, 1));
    }

    @Test
    void readsTheAxesOfPads() {
        String pad = graph.node(PAD, x, graph.longs(2, 1), graph.scalar(0), graph.longs(-1));
        SlidingWindow padded =
                new SlidingWindow(List.of(), List.of(), List.of(), List.of(0, 2, 0, 1), AutoPad.NOTSET, false);
        SlidingWindow valid = new SlidingWindow(List.of(), List.of(), List.of(), List.of(), AutoPad.VALID, false);

        assertLeaves(
                PadFolding::apply,
                graph.to(graph.node(new Convolution(valid, 1), pad, weights)),
                new Convolution(padded, 1));
    }

    @Test
    void keepsPadsThatAreNotOnlyZerosAroundImages() {
        assertKept(graph.node(PAD, x, graph.longs(0, 0, 1, 1, 0, 0, 1, 1), graph.scalar(1)));
        assertKept(graph.node(PAD, graph.input(3, 5, 6), graph.longs(0, 1, 0, 0, 0, 0, 0, 0)));
        assertKept(graph.node(PAD, x, graph.longs(0, 0, -1, 0, 0, 0, 1, 0)));
        assertKept(graph.node(PAD, x, graph.input()));
    }

    @ParameterizedTest
    @EnumSource(names = {"EDGE", "REFLECT"})
    void keepsPadsOfOtherModes(Mode mode) {
        assertKept(graph.node(new Pad(mode), x, graph.longs(0, 0, 1, 1, 0, 0, 1, 1)));
    }

    @Test
    void keepsPadsThatOthersRead() {
        String pad = ones(x);
        String convolution = graph.node(window(0), pad, weights);

        assertKeeps(PadFolding::apply, graph.to(convolution, graph.node(Unary.of(UnaryFunction.ABS), pad)));
    }

    @Test
    void keepsPadsThatAreOutputs() {
        String pad = ones(x);

        assertKeeps(PadFolding::apply, graph.to(graph.node(window(0), pad, weights), pad));
    }

    @Test
    void keepsPadsOfWindowsThatPadByTheImagesSize() {
        SlidingWindow same = new SlidingWindow(List.of(), List.of(), List.of(), List.of(), AutoPad.SAME_UPPER, false);

        assertKeeps(PadFolding::apply, graph.to(graph.node(new Convolution(same, 1), ones(x), weights)));
    }

    @Test
    void addsTheZerosToPoolingsThatCountThem() {
        String counting = graph.node(new AveragePooling(slidingWindow(THREE, 1), true), ones(x));
        String unpadded = graph.node(new AveragePooling(slidingWindow(THREE, 0), false), ones(x));

        assertLeaves(
                PadFolding::apply,
                graph.to(counting, unpadded),
                new AveragePooling(slidingWindow(THREE, 2), true),
                new AveragePooling(slidingWindow(THREE, 1), true));
    }

    @Test
    void keepsPadsOfOtherPoolings() {
        SlidingWindow ceiling =
                new SlidingWindow(THREE, List.of(2, 2), List.of(), List.of(0, 0, 0, 0), AutoPad.NOTSET, true);
        assertKeeps(
                PadFolding::apply, graph.to(graph.node(new AveragePooling(slidingWindow(THREE, 1), false), ones(x))));
        assertKeeps(PadFolding::apply, graph.to(graph.node(new AveragePooling(ceiling, true), ones(x))));
        assertKeeps(
                PadFolding::apply,
                graph.to(graph.node(new AveragePooling(slidingWindow(List.of(1, 1), 0), true), ones(x))));
        assertKeeps(
                PadFolding::apply,
                graph.to(graph.node(new MaxPooling(slidingWindow(THREE, 0), false, false), ones(x))));
    }

    private String ones(String image) {
        return graph.node(PAD, image, graph.longs(0, 0, 1, 1, 0, 0, 1, 1));
    }

    private void assertKept(String pad) {
        assertKeeps(PadFolding::apply, graph.to(graph.node(window(0), pad, weights)));
    }
}
