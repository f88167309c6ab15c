package dev.lanewise.kernels.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReferenceBroadcastTest {

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void repeatsElementsOfRandomShapes(long seed) {
        RandomTensors random = new RandomTensors(seed);
        int[] to = new int[random.between(0, 5)];
        int[] from = new int[random.between(0, to.length)];
        for (int axis = 0; axis < to.length; axis++) {
            to[axis] = random.between(1, 4);
            int inFrom = axis - to.length + from.length;
            if (inFrom >= 0) {
                from[inFrom] = random.between(0, 1) == 0 ? 1 : to[axis];
            }
        }
        Tensor x = random.next(ElementType.FLOAT32, from);
        Shape shape = Shape.of(to);
        Tensor y = ReferenceBroadcast.expand(x, shape);
        assertEquals(shape, y.shape(), "seed " + seed);
        for (int i = 0; i < shape.size(); i++) {
            assertEquals(x.doubleAt(source(i, shape, x.shape())), y.doubleAt(i), "seed " + seed + ", element " + i);
        }
    }

    /** The element of a broadcast operand that stands at an element of the common shape. */
    static int source(int element, Shape shape, Shape operand) {
        int[] strides = operand.strides();
        int source = 0;
        int rest = element;
        for (int axis = shape.rank() - 1; axis >= 0; axis--) {
            int index = rest % shape.dim(axis);
            rest /= shape.dim(axis);
            int inOperand = axis - shape.rank() + operand.rank();
            if (inOperand >= 0 && operand.dim(inOperand) != 1) {
                source += index * strides[inOperand];
            }
        }
        return source;
    }

    @ParameterizedTest
    @EnumSource(
            value = ElementType.class,
            names = {"FLOAT16", "FLOAT64", "UINT8", "BOOL"})
    void keepsTheElementType(ElementType type) {
        Tensor x = new RandomTensors(3).next(type, 2, 1);
        Tensor y = ReferenceBroadcast.expand(x, Shape.of(2, 3));
        assertEquals(type, y.elementType());
        assertEquals(x.doubleAt(1), y.doubleAt(5));
    }

    @Test
    void expandsToNothing() {
        Tensor x = new RandomTensors(3).floats(1, 4);
        assertEquals(
                Shape.of(0, 4), ReferenceBroadcast.expand(x, Shape.of(0, 4)).shape());
    }

    @Test
    void copiesNothingWhereNothingIsRepeated() {
        Tensor x = new RandomTensors(3).floats(2, 4);
        assertSame(x, ReferenceBroadcast.expand(x, Shape.of(2, 4)));
    }

    @Test
    void rejectsShapesThatDoNotFit() {
        Tensor x = new RandomTensors(3).floats(2, 4);
        assertThrows(IllegalArgumentException.class, () -> ReferenceBroadcast.expand(x, Shape.of(2, 1)));
        assertThrows(IllegalArgumentException.class, () -> ReferenceBroadcast.expand(x, Shape.of(4)));
        assertThrows(IllegalArgumentException.class, () -> ReferenceBroadcast.expand(x, Shape.of(3, 4)));
    }
}
