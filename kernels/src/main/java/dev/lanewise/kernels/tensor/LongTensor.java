package dev.lanewise.kernels.tensor;

/**
 * Elements of an integer type or BOOL, each within its type's range; UINT64 keeps its 64 bits.
 */
public record LongTensor(ElementType elementType, Shape shape, long[] data) implements Tensor {

    public LongTensor {
        if (elementType.storage() != ElementType.Storage.LONG) {
            throw new IllegalArgumentException(elementType + " elements are not stored as long");
        }
        Tensor.requireSize(shape, data.length);
    }

    public static LongTensor of(Shape shape, long... data) {
        return new LongTensor(ElementType.INT64, shape, data);
    }

    public static LongTensor scalar(long value) {
        return of(Shape.scalar(), value);
    }

    @Override
    public LongTensor reshape(Shape newShape) {
        return new LongTensor(elementType, newShape, data);
    }

    @Override
    public double doubleAt(int index) {
        return data[index];
    }

    @Override
    public long longAt(int index) {
        return data[index];
    }

    @Override
    public String toString() {
        return elementType + " " + shape;
    }
}
