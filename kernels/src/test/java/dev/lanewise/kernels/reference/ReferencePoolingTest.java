package dev.lanewise.kernels.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Window;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ReferencePoolingTest {

    private static final Shape SHAPE = Shape.of(1, 1, 3, 3);
    private static final float[] IMAGE = {1, 2, 3, 4, 5, 6, 7, 8, 9};

    @Test
    void takesTheLargestPixelOfEachWindow() {
        assertArrayEquals(new float[] {5, 6, 8, 9}, ReferencePooling.max(SHAPE, IMAGE, Window.square(2, 1, 0), 2, 2));
    }

    @Test
    void leavesPaddingOutOfTheMaximum() {
        float[] negative = {-1, -2, -3, -4, -5, -6, -7, -8, -9};
        assertArrayEquals(
                new float[] {-1, -2, -4, -5}, ReferencePooling.max(SHAPE, negative, Window.square(2, 2, 1), 2, 2));
    }

    @Test
    void letsNaNWinAndOrdersZeros() {
        Shape row = Shape.of(1, 1, 1, 3);
        Window window = new Window(1, 3, 1, 1, 1, 1, 0, 0, 0, 0);
        float[] zeros = ReferencePooling.max(row, new float[] {-0f, 0f, -0f}, window, 1, 1);
        assertEquals(0, Float.floatToRawIntBits(zeros[0]));
        float[] nan = ReferencePooling.max(row, new float[] {1, Float.NaN, 9}, window, 1, 1);
        assertEquals(Float.NaN, nan[0]);
        assertArrayEquals(
                new long[] {1}, ReferencePooling.argMax(row, new float[] {1, Float.NaN, 9}, window, 1, 1, false));
    }

    @Test
    void givesNegativeInfinityAndNoIndexToAWindowOfPadding() {
        Window window = new Window(1, 1, 2, 2, 1, 1, 1, 1, 0, 0);
        Shape pixel = Shape.of(1, 1, 1, 1);
        assertArrayEquals(
                new float[] {Float.NEGATIVE_INFINITY}, ReferencePooling.max(pixel, new float[] {4}, window, 1, 1));
        assertArrayEquals(new long[] {-1}, ReferencePooling.argMax(pixel, new float[] {4}, window, 1, 1, false));
        assertArrayEquals(new float[] {0}, ReferencePooling.average(pixel, new float[] {4}, window, 1, 1, true));
    }

    @Test
    void findsTheFirstOfEqualPixelsInRowsAndColumns() {
        Shape shape = Shape.of(1, 2, 2, 3);
        float[] image = {1, 1, 1, 1, 1, 1, 0, 0, 7, 0, 7, 0};
        Window whole = new Window(2, 3, 1, 1, 1, 1, 0, 0, 0, 0);
        assertArrayEquals(new long[] {0, 8}, ReferencePooling.argMax(shape, image, whole, 1, 1, false));
        // Column-major within the plane: row 0, column 2 of two rows is number 4, after the 6 pixels of the first
        // plane.
        assertArrayEquals(new long[] {0, 10}, ReferencePooling.argMax(shape, image, whole, 1, 1, true));
    }

    @Test
    void skipsPixelsBetweenDilatedTaps() {
        Window dilated = new Window(2, 2, 1, 1, 2, 2, 0, 0, 0, 0);
        assertArrayEquals(new float[] {9}, ReferencePooling.max(SHAPE, IMAGE, dilated, 1, 1));
        assertArrayEquals(new float[] {5}, ReferencePooling.average(SHAPE, IMAGE, dilated, 1, 1, false));
    }

    @Test
    void dividesByTheTapsInTheImageOrByThoseInThePaddingToo() {
        Window window = Window.square(2, 2, 1);
        assertArrayEquals(new float[] {1, 2.5f, 5.5f, 7}, ReferencePooling.average(SHAPE, IMAGE, window, 2, 2, false));
        assertArrayEquals(
                new float[] {0.25f, 1.25f, 2.75f, 7}, ReferencePooling.average(SHAPE, IMAGE, window, 2, 2, true));
    }

    @Test
    void doesNotCountTapsBeyondThePadding() {
        // Two windows of 2 over 3 pixels: the last one's second tap is neither in the image nor in its padding.
        Window window = new Window(1, 2, 1, 2, 1, 1, 0, 0, 0, 0);
        assertArrayEquals(
                new float[] {1.5f, 3},
                ReferencePooling.average(Shape.of(1, 1, 1, 3), new float[] {1, 2, 3}, window, 1, 2, true));
    }

    @Test
    void addsTapsOneAfterAnotherByRows() {
        float[] image = {1e8f, 1, -1e8f, 1};
        assertArrayEquals(
                new float[] {0.25f},
                ReferencePooling.average(Shape.of(1, 1, 2, 2), image, Window.square(2, 1, 0), 1, 1, false));
    }

    @Test
    void averagesWholeImagesRowByRow() {
        // By rows: (1e8 + 1) - (1e8 - 1) = 1e8 - 1e8 = 0; one after another it would be 1.
        float[] image = {1e8f, 1, -1e8f, 1};
        assertArrayEquals(new float[] {0}, ReferencePooling.globalAverage(Shape.of(1, 1, 2, 2), image));
        assertArrayEquals(new float[] {2, 5, 8}, ReferencePooling.globalAverage(Shape.of(3, 1, 1, 3), IMAGE));
        assertArrayEquals(
                new float[] {4.5f},
                ReferencePooling.globalAverage(Shape.of(1, 1, 2, 2, 2), new float[] {1, 2, 3, 4, 5, 6, 7, 8}));
    }

    @Test
    void averagesWholeImagesFromLeftToRightNotInPartialSums() {
        // From left to right the ones beside 2^24 are lost, one by one; in 16 partial sums most would count.
        float[] row = new float[33];
        Arrays.fill(row, 1);
        row[0] = 0x1p24f;
        assertEquals(0x1p24f + 30, PartialSums.sum(row, 0, row.length));
        assertArrayEquals(
                new float[] {0x1p24f / 33}, ReferencePooling.globalAverage(Shape.of(1, 1, 1, row.length), row));
    }

    @Test
    void takesTheLargestPixelOfWholeImages() {
        assertArrayEquals(new float[] {3, 6, 9}, ReferencePooling.globalMax(Shape.of(1, 3, 3, 1), IMAGE));
    }
}
