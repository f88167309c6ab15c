package dev.lanewise.kernels.tensor;

/**
 * Elements of type FLOAT64.
 */
public record DoubleTensor(ElementType elementType, Shape shape, double[] data) implements Tensor {

    public DoubleTensor {
        if (elementType.storage() != ElementType.Storage.DOUBLE) {
            throw new IllegalArgumentException(elementType + " elements are not stored as double");
        }
        Tensor.requireSize(shape, data.length);
    }

    public static DoubleTensor of(Shape shape, double... data) {
        return new DoubleTensor(ElementType.FLOAT64, shape, data);
    }

    public static DoubleTensor scalar(double value) {
        return of(Shape.scalar(), value);
    }

    @Override
    public DoubleTensor reshape(Shape newShape) {
        return new DoubleTensor(elementType, newShape, data);
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
