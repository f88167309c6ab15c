package dev.lanewise.kernels.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lanewise.kernels.tensor.DoubleTensor;
import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.LongTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ReferenceMovementTest {

    private static final LongTensor MATRIX = LongTensor.of(Shape.of(2, 3), 1, 2, 3, 4, 5, 6);

    @ParameterizedTest
    @EnumSource(ElementType.class)
    void movesElementsOfEveryType(ElementType type) {
        Shape shape = Shape.of(2, 2);
        Tensor tensor =
                switch (type.storage()) {
                    case FLOAT -> new FloatTensor(type, shape, new float[] {1, 0, 0, 1});
                    case DOUBLE -> new DoubleTensor(type, shape, new double[] {1, 0, 0, 1});
                    case LONG -> new LongTensor(type, shape, new long[] {1, 0, 0, 1});
                };
        Tensor moved = ReferenceMovement.concat(
                List.of(ReferenceMovement.selectAlong(tensor, 1, new int[] {1, 0, -1}), tensor), 1);
        assertEquals(type, moved.elementType());
        assertEquals(Shape.of(2, 5), moved.shape());
        long[] elements =
                LongStream.range(0, 10).map(i -> moved.longAt((int) i)).toArray();
        assertArrayEquals(new long[] {0, 1, 0, 1, 0, 1, 0, 0, 0, 1}, elements);
    }

    @Test
    void fillsWhatHasNoPosition() {
        int[][] positions = {{1, -1}, {-1, 0, 2}};
        assertElements(
                ReferenceMovement.select(MATRIX, positions, LongTensor.scalar(9)), Shape.of(2, 3), 9, 4, 6, 9, 9, 9);
    }

    @Test
    void transposesThreeAxes() {
        LongTensor cube =
                LongTensor.of(Shape.of(2, 3, 4), LongStream.range(0, 24).toArray());
        Tensor moved = ReferenceMovement.transpose(cube, new int[] {2, 0, 1});
        assertEquals(Shape.of(4, 2, 3), moved.shape());
        for (int i = 0; i < 2; i++) {
            for (int j = 0; j < 3; j++) {
                for (int k = 0; k < 4; k++) {
                    assertEquals(cube.data()[(i * 3 + j) * 4 + k], moved.longAt((k * 2 + i) * 3 + j));
                }
            }
        }
    }

    @Test
    void transposesEmptyAndScalarTensors() {
        assertElements(ReferenceMovement.transpose(LongTensor.scalar(5), new int[0]), Shape.scalar(), 5);
        assertElements(ReferenceMovement.transpose(LongTensor.of(Shape.of(0, 2)), new int[] {1, 0}), Shape.of(2, 0));
    }

    @Test
    void gathersWithIndicesOfAnyRankAndFromTheEnd() {
        LongTensor indices = LongTensor.of(Shape.of(2, 2), 0, -1, 1, -3);
        assertElements(ReferenceMovement.gather(MATRIX, indices, 1), Shape.of(2, 2, 2), 1, 3, 2, 1, 4, 6, 5, 4);
        assertElements(ReferenceMovement.gather(MATRIX, LongTensor.scalar(-1), 0), Shape.of(3), 4, 5, 6);
    }

    @ParameterizedTest
    @CsvSource({"3", "-4"})
    void refusesIndicesOutsideTheAxis(long index) {
        IllegalArgumentException thrown = assertThrows(
                IllegalArgumentException.class, () -> ReferenceMovement.gather(MATRIX, LongTensor.scalar(index), 1));
        assertEquals("index " + index + " is outside [-3, 2]", thrown.getMessage());
    }

    @Test
    void gathersElementByElement() {
        LongTensor indices = LongTensor.of(Shape.of(2, 2), 2, 0, -1, 1);
        assertElements(ReferenceMovement.gatherElements(MATRIX, indices, 1), Shape.of(2, 2), 3, 1, 6, 5);
    }

    @Test
    void movesDepthToSpaceAndBack() {
        LongTensor depth =
                LongTensor.of(Shape.of(1, 8, 1, 2), LongStream.range(0, 16).toArray());
        Tensor space = ReferenceMovement.depthToSpace(depth, 2, true);
        assertElements(space, Shape.of(1, 2, 2, 4), 0, 4, 1, 5, 8, 12, 9, 13, 2, 6, 3, 7, 10, 14, 11, 15);
        assertElements(
                ReferenceMovement.spaceToDepth(space, 2),
                Shape.of(1, 8, 1, 2),
                LongStream.range(0, 16).toArray());
        assertElements(
                ReferenceMovement.depthToSpace(depth, 2, false),
                Shape.of(1, 2, 2, 4),
                0,
                2,
                1,
                3,
                4,
                6,
                5,
                7,
                8,
                10,
                9,
                11,
                12,
                14,
                13,
                15);
    }

    @ParameterizedTest
    @CsvSource({
        "CONSTANT, 2, 3, '9,9,1,2,3,9,9,9'",
        "REFLECT, 2, 3, '3,2,1,2,3,2,1,2'",
        "EDGE, 2, 3, '1,1,1,2,3,3,3,3'",
        "WRAP, 2, 3, '2,3,1,2,3,1,2,3'",
        "CONSTANT, -1, 2, '2,3,9,9'",
        "REFLECT, -1, 2, '2,3,2,3'",
        "EDGE, 1, -2, '1,1'",
        "WRAP, -1, -1, '2'",
    })
    void padsAndCuts(ReferencePadding.Mode mode, int before, int after, String expected) {
        LongTensor vector = LongTensor.of(Shape.of(3), 1, 2, 3);
        Tensor padded = ReferencePadding.pad(vector, mode, new int[] {before}, new int[] {after}, LongTensor.scalar(9));
        long[] elements =
                Arrays.stream(expected.split(",")).mapToLong(Long::parseLong).toArray();
        assertElements(padded, Shape.of(elements.length), elements);
    }

    @Test
    void refusesToCutMoreThanThereIs() {
        assertThrows(
                IllegalArgumentException.class,
                () -> ReferencePadding.pad(
                        MATRIX, ReferencePadding.Mode.CONSTANT, new int[] {0, -2}, new int[] {0, -2}, null));
        assertThrows(
                IllegalArgumentException.class,
                () -> ReferencePadding.pad(
                        MATRIX, ReferencePadding.Mode.EDGE, new int[] {0, -3}, new int[] {0, 1}, null));
    }

    private static void assertElements(Tensor actual, Shape shape, long... elements) {
        assertEquals(shape, actual.shape());
        assertArrayEquals(elements, ((LongTensor) actual).data());
    }
}
