package dev.lanewise.arrow.score;

import dev.lanewise.arrow.tensor.FixedShapeTensorType;
import dev.lanewise.arrow.tensor.FixedShapeTensorVector;
import dev.lanewise.arrow.tensor.TensorLayout;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** The classes' scores of some images, as a column of {@code float[classes]} in Arrow memory. */
final class ScoreVector implements AutoCloseable {

    private final int classes;
    private final FixedShapeTensorVector scores;

    private ScoreVector(int classes, FixedShapeTensorVector scores) {
        this.classes = classes;
        this.scores = scores;
    }

    static ScoreVector allocate(int classes, int rows, BufferAllocator allocator) {
        FixedShapeTensorType type = new FixedShapeTensorType(TensorLayout.of(List.of(classes), List.of("class")));
        ArrowType element = new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
        return new ScoreVector(classes, FixedShapeTensorVector.allocate("score", type, element, rows, allocator));
    }

    void set(int row, float[] values) {
        if (values.length != classes) {
            throw new IllegalArgumentException("a row with " + values.length + " classes among rows with " + classes);
        }
        for (int i = 0; i < classes; i++) {
            scores.elements().setFloat(offset(row, i), values[i]);
        }
        scores.setPresent(row);
    }

    /** The highest classes of a row, best first; of equal ones the lower index comes first. */
    ImageScore top(int row, int count) {
        int size = Math.min(count, classes);
        int[] indices = new int[size];
        float[] values = new float[size];
        int filled = 0;
        for (int index = 0; index < classes; index++) {
            float value = scores.elements().getFloat(offset(row, index));
            if (filled == size && value <= values[size - 1]) {
                continue;
            }
            int place = filled < size ? filled++ : size - 1;
            while (place > 0 && value > values[place - 1]) {
                values[place] = values[place - 1];
                indices[place] = indices[place - 1];
                place--;
            }
            values[place] = value;
            indices[place] = index;
        }
        return ImageScore.best(indices, values);
    }

    @Override
    public void close() {
        scores.close();
    }

    private long offset(int row, int index) {
        return ((long) row * classes + index) * Float.BYTES;
    }
}
