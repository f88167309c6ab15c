package dev.lanewise.kernels.tensor;

/**
 * A dense, row-major tensor on the heap. Tensors share their arrays freely and are never written after they have been
 * handed on.
 */
public sealed interface Tensor permits FloatTensor, DoubleTensor, LongTensor {

    ElementType elementType();

    Shape shape();

    /**
     * The same elements, not copied, under another shape.
     *
     * @throws IllegalArgumentException if the number of elements differs
     */
    Tensor reshape(Shape shape);

    /** The element at a row-major index, as a double (integers beyond 2^53 lose their lowest bits). */
    double doubleAt(int index);

    /** The element at a row-major index, as a long (fractions are cut off). */
    long longAt(int index);

    /** @throws IllegalArgumentException if the array's length is not the shape's size */
    static void requireSize(Shape shape, int length) {
        if (shape.size() != length) {
            throw new IllegalArgumentException("shape " + shape + " has " + shape.size() + " elements, not " + length);
        }
    }
}
