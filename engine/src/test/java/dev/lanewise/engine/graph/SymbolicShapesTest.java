package dev.lanewise.engine.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.kernels.reference.ReferencePadding;
import dev.lanewise.kernels.reference.ReferenceResize;
import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.LongTensor;
import dev.lanewise.kernels.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What operators infer from shapes of which some dimensions are symbols. */
class SymbolicShapesTest {

    private static final ShapeOf SHAPE = new ShapeOf(0, Integer.MAX_VALUE);

    @Test
    void followsTheChannelShuffleOfAnExporter() {
        ValueFact x = floats("N", 32, 28, 28);
        ValueFact shape = infer(SHAPE, x);
        ValueFact batch = infer(new Gather(0), shape, ValueFact.constant(LongTensor.scalar(0)));
        ValueFact target = infer(
                new Concat(0), infer(new Unsqueeze(), batch, vector(0)), vector(4), vector(8), vector(28), vector(28));
        assertEquals(List.of("N", "4", "8", "28", "28"), elements(target));
        ValueFact split = infer(new Reshape(false), x, target);
        assertType("FLOAT32[N,4,8,28,28]", split);
        ValueFact exchanged = infer(new Transpose(List.of(0, 2, 1, 3, 4)), split);
        assertType("FLOAT32[N,8,4,28,28]", exchanged);
        assertType("FLOAT32[N,32,28,28]", infer(new Reshape(false), exchanged, vector(-1, 32, 28, 28)));
        assertType("FLOAT32[N,32,28,28]", infer(new Reshape(false), exchanged, shape));
    }

    @Test
    void followsSymbolicHeightsAndWidthsThroughAShuffle() {
        ValueFact x = floats("N", 32, "H", "W");
        ValueFact shape = infer(SHAPE, x);
        ValueFact image = infer(new Slice(), shape, vector(2), vector(Integer.MAX_VALUE));
        assertEquals(List.of("H", "W"), elements(image));
        ValueFact target = infer(new Concat(0), vector(-1, 4, 8), image);
        assertType("FLOAT32[N,4,8,H,W]", infer(new Reshape(false), x, target));
    }

    @Test
    void knowsAShapeThatIsTheSameInEveryRun() {
        ValueFact part = infer(new ShapeOf(1, -1), floats("N", 3, 4, "W"));
        assertNotNull(part.constant());
        assertEquals(List.of("3", "4"), elements(part));
        assertEquals(12, longAt(infer(new SizeOf(), floats(3, 4))));
        assertEquals(List.of("12*N"), elements(infer(new SizeOf(), floats("N", 3, 4))));
    }

    @ParameterizedTest
    @CsvSource({
        "'-1,2048', 'N,2048,1,1', '[N,2048]'",
        "'0,-1', 'N,2048,7,7', '[N,100352]'",
        "'-1', 'N,3,H,W', '[3*H*N*W]'",
        "'0,6,-1', 'N,3,H,W', '[N,6,?]'",
        "'-2,4', '3,4', 'error'",
        "'2,-1', 'N,4', '[2,2*N]'",
        "'3,-1', 'N,4', '[3,?]'",
        "'-1,5', '3,4', 'error'",
        "'-1,-1', '3,4', 'error'",
        "'0,0,0', '3,4', 'error'",
    })
    void reshapesToTheRest(String target, String input, String expected) {
        ValueFact x = floats((Object[]) input.split(","));
        long[] shape =
                Arrays.stream(target.split(",")).mapToLong(Long::parseLong).toArray();
        if (expected.equals("error")) {
            assertThrows(IllegalArgumentException.class, () -> infer(new Reshape(false), x, vector(shape)));
        } else {
            assertType("FLOAT32" + expected, infer(new Reshape(false), x, vector(shape)));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "3, 1, 1, NOTSET, false, H, H",
        "3, 1, 0, NOTSET, false, H, ?",
        "3, 2, 1, NOTSET, false, 2*H, H",
        "3, 2, 1, NOTSET, false, H, ?",
        "1, 2, 0, NOTSET, false, 2*H, H",
        "2, 2, 0, NOTSET, false, 4*H, 2*H",
        "3, 2, 0, NOTSET, true, 2*H, H",
        "3, 2, 0, NOTSET, false, 2*H, ?",
        "5, 1, 0, SAME_UPPER, false, H, H",
        "5, 2, 0, SAME_LOWER, false, 6*H, 3*H",
        "5, 2, 0, SAME_LOWER, false, H, ?",
        "1, 1, 0, VALID, false, H, H",
        "3, 1, 0, VALID, false, H, ?",
    })
    void slidesWindowsOverSymbolicHeights(
            int kernel, int stride, int pad, SlidingWindow.AutoPad autoPad, boolean ceil, String height, String out) {
        SlidingWindow window = new SlidingWindow(
                List.of(kernel, kernel),
                List.of(stride, stride),
                List.of(),
                List.of(pad, pad, pad, pad),
                autoPad,
                ceil);
        ValueFact x = ValueFact.of(
                ElementType.FLOAT32,
                List.of(Dimension.symbol("N"), Dimension.of(8), dimension(height), Dimension.of(64)));
        long width = window.axes(List.of(kernel, kernel)).get(1).output(64);
        assertType("FLOAT32[N,8," + out + "," + width + "]", infer(new MaxPooling(window, false, false), x));
        ValueFact weights = floats(16, 4, kernel, kernel);
        assertType("FLOAT32[N,16," + out + "," + width + "]", infer(new Convolution(window, 2), x, weights));
    }

    @Test
    void takesTheRankOfAConvolutionFromItsWeights() {
        SlidingWindow window =
                new SlidingWindow(List.of(), List.of(), List.of(), List.of(), SlidingWindow.AutoPad.NOTSET, false);
        ValueFact x = ValueFact.of(TensorType.unknownRank(ElementType.FLOAT32));
        assertType("FLOAT32[?,16,?,?]", infer(new Convolution(window, 1), x, floats(16, 4, 3, 3)));
    }

    @Test
    void namesTheChannelsThatDoNotFit() {
        SlidingWindow window =
                new SlidingWindow(List.of(), List.of(), List.of(), List.of(), SlidingWindow.AutoPad.NOTSET, false);
        IllegalArgumentException thrown = assertThrows(
                IllegalArgumentException.class,
                () -> infer(new Convolution(window, 2), floats("N", 6, 8, 8), floats(16, 4, 3, 3)));
        assertEquals("the number of input channels is 6, but must be 8", thrown.getMessage());
    }

    @Test
    void refusesThreeSpatialDimensionsAsUnsupported() {
        SlidingWindow window =
                new SlidingWindow(List.of(), List.of(), List.of(), List.of(), SlidingWindow.AutoPad.NOTSET, false);
        UnsupportedInputException thrown = assertThrows(
                UnsupportedInputException.class,
                () -> infer(new Convolution(window, 1), floats("N", 4, 8, 8, 8), floats(16, 4, 3, 3, 3)));
        assertEquals("three spatial dimensions", thrown.getMessage());
    }

    @Test
    void spreadsSymbolicHeights() {
        SlidingWindow window = new SlidingWindow(
                List.of(4, 4), List.of(2, 2), List.of(), List.of(1, 1, 1, 1), SlidingWindow.AutoPad.NOTSET, false);
        TransposedConvolution doubling = new TransposedConvolution(window, 1, List.of(), List.of());
        assertType("FLOAT32[N,5,2*H,14]", infer(doubling, floats("N", 3, "H", 7), floats(3, 5, 4, 4)));
    }

    @Test
    void joinsSplitsPadsAndSlicesSymbolicDimensions() {
        assertType("FLOAT32[N,12,H,W]", infer(new Concat(1), floats("N", 4, "H", "W"), floats("N", 8, "H", "W")));
        assertType("FLOAT32[2*N,4]", infer(new Concat(0), floats("N", 4), floats("N", 4)));
        assertType("FLOAT32[?,4]", infer(new Concat(0), floats("N", 4), floats("M", 4)));
        List<ValueFact> halves = new Split(1, 2).infer(List.of(floats("N", 58)));
        assertType("FLOAT32[N,29]", halves.get(1));
        Pad pad = new Pad(ReferencePadding.Mode.CONSTANT);
        assertType("FLOAT32[N,3,?,9]", infer(pad, floats("N", 3, "H", 7), vector(0, 0, 1, 1, 0, 0, 1, 1)));
        Slice slice = new Slice();
        assertType(
                "FLOAT32[N,2,H]",
                infer(
                        slice,
                        floats("N", 6, "H"),
                        vector(0, 1),
                        vector(Long.MAX_VALUE, -1),
                        vector(2, 1),
                        vector(1, 2)));
        assertType("FLOAT32[?,6]", infer(slice, floats("N", 6), vector(0), vector(1)));
    }

    @Test
    void expandsToSymbolicShapes() {
        ValueFact batch = infer(new ShapeOf(0, 1), floats("N", 3));
        ValueFact target = infer(new Concat(0), batch, vector(1, 768));
        assertType("FLOAT32[N,1,768]", infer(new Expand(), floats(1, 1, 768), target));
        assertType("INT64[N]", infer(new ConstantOfShape(LongTensor.scalar(1)), batch));
        assertType("FLOAT32[N,6]", infer(new Tile(), floats("N", 3), vector(1, 2)));
        ValueFact zero = ValueFact.constant(LongTensor.scalar(0));
        ValueFact one = ValueFact.constant(LongTensor.scalar(1));
        assertType("INT64[N]", infer(new Range(), zero, infer(new Squeeze(), batch, vector(0)), one));
    }

    @Test
    void resizesSymbolicImages() {
        var method = new ReferenceResize.Method(
                ReferenceResize.Interpolation.LINEAR,
                ReferenceResize.Coordinates.HALF_PIXEL,
                ReferenceResize.Rounding.FLOOR,
                false,
                false,
                -0.75f);
        Resize resize = new Resize(method, List.of(), Resize.AspectRatio.STRETCH, 0);
        ValueFact scales = ValueFact.constant(FloatTensor.of(Shape.of(4), 1, 1, 2, 0.5f));
        assertType("FLOAT32[N,3,2*H,5]", infer(resize, floats("N", 3, "H", 11), null, scales));
        ValueFact sizes = infer(new Concat(0), infer(new ShapeOf(0, 2), floats("N", 3, "H", 11)), vector(56, 56));
        assertType("FLOAT32[N,3,56,56]", infer(resize, floats("N", 3, "H", 11), null, null, sizes));
    }

    @Test
    void knowsNothingOfAShapeThatDependsOnData() {
        ValueFact shape = ValueFact.of(ElementType.INT64, List.of(Dimension.of(3)));
        assertType("FLOAT32[?,?,?]", infer(new Reshape(false), floats("N", 4), shape));
        assertNull(infer(new Reshape(false), floats("N", 4), ValueFact.of(TensorType.unknownRank(ElementType.INT64)))
                .dimensions());
    }

    private static ValueFact infer(Operator operator, @Nullable ValueFact... inputs) {
        return operator.infer(Arrays.asList(inputs)).get(0);
    }

    private static ValueFact floats(Object... dimensions) {
        return ValueFact.of(
                ElementType.FLOAT32,
                Arrays.stream(dimensions)
                        .map(String::valueOf)
                        .map(SymbolicShapesTest::dimension)
                        .toList());
    }

    /** As in {@code 224}, {@code N} or {@code 4*N}. */
    private static Dimension dimension(String text) {
        return Arrays.stream(text.split("\\*"))
                .map(factor -> Character.isDigit(factor.charAt(0))
                        ? Dimension.of(Long.parseLong(factor))
                        : Dimension.symbol(factor))
                .reduce(Dimension.of(1), Dimension::times);
    }

    private static ValueFact vector(long... values) {
        return ValueFact.constant(LongTensor.of(Shape.of(values.length), values));
    }

    private static List<String> elements(ValueFact fact) {
        List<Dimension> elements = fact.elements();
        assertNotNull(elements);
        return elements.stream().map(Dimension::toString).toList();
    }

    private static long longAt(ValueFact fact) {
        assertNotNull(fact.constant());
        return fact.constant().longAt(0);
    }

    private static void assertType(String expected, ValueFact fact) {
        assertEquals(expected, fact.type().toString());
        assertTrue(fact.elements() == null || fact.dimensions() != null);
    }
}
