package dev.lanewise.kernels.tensor;

/**
 * Elements of type FLOAT32, or FLOAT16 and BFLOAT16 whose every value has been rounded to that type.
 */
public record FloatTensor(ElementType elementType, Shape shape, float[] data) implements Tensor {

    public FloatTensor {
        if (elementType.storage() != ElementType.Storage.FLOAT) {
            throw new IllegalArgumentException(elementType + " elements are not stored as float");
        }
        Tensor.requireSize(shape, data.length);
    }

    public static FloatTensor of(Shape shape, float... data) {
        return new FloatTensor(ElementType.FLOAT32, shape, data);
    }

    public static FloatTensor scalar(float value) {
        return of(Shape.scalar(), value);
    }

    @Override
    public FloatTensor reshape(Shape newShape) {
        return new FloatTensor(elementType, newShape, data);
    }

    @Override
    public double doubleAt(int index) {
        return data[index];
    }

    @Override
    public long longAt(int index) {
        return (long) data[index];
    }

    @Override
    public String toString() {
        return elementType + " " + shape;
    }
}
