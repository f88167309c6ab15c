package dev.lanewise.engine.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.kernels.tensor.DoubleTensor;
import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.LongTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TensorRowsTest {

    private static final Shape BATCH = Shape.of(3, 2);

    static Stream<Tensor> batches() {
        return Stream.of(
                FloatTensor.of(BATCH, new float[] {1, 2, 3, 4, 5, 6}),
                new FloatTensor(ElementType.FLOAT16, BATCH, new float[] {1, 2, 3, 4, 5, 6}),
                new LongTensor(ElementType.UINT8, BATCH, new long[] {1, 2, 3, 4, 5, 6}),
                DoubleTensor.of(BATCH, 1, 2, 3, 4, 5, 6));
    }

    @ParameterizedTest
    @MethodSource("batches")
    void aRowIsABatchOfOneOfTheSameType(Tensor batch) {
        Tensor row = TensorRows.row(batch, 1);
        assertEquals(Shape.of(1, 2), row.shape());
        assertEquals(batch.elementType(), row.elementType());
        assertEquals(3, row.doubleAt(0));
        assertEquals(4, row.doubleAt(1));
    }

    @ParameterizedTest
    @MethodSource("batches")
    void rowsMakeUpTheBatchAgain(Tensor batch) {
        List<Tensor> rows = IntStream.range(0, 3)
                .mapToObj(row -> TensorRows.row(batch, row))
                .toList();
        Tensor joined = TensorRows.joined(rows);
        assertEquals(batch.shape(), joined.shape());
        assertEquals(batch.elementType(), joined.elementType());
        for (int i = 0; i < BATCH.size(); i++) {
            assertEquals(batch.doubleAt(i), joined.doubleAt(i));
        }
    }

    @Test
    void aRowIsACopy() {
        FloatTensor batch = FloatTensor.of(BATCH, new float[6]);
        FloatTensor row = (FloatTensor) TensorRows.row(batch, 0);
        row.data()[0] = 7;
        assertEquals(0, batch.data()[0]);
    }
}
