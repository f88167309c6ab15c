package dev.lanewise.kernels.elementwise;

/** What the generated classes of this room implement. */
@FunctionalInterface
public interface RowKernel {

    /**
     * Computes a row, in steps of a fixed number of floats. An operand either advances with the steps, as the result does, or
     * is the same for all of them; so the kernel was generated.
     */
    void run(float[] a, int fromA, float[] b, int fromB, float[] c, int fromC, float[] y, int fromY, int steps);
}
