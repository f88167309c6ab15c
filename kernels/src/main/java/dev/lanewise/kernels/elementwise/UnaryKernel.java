package dev.lanewise.kernels.elementwise;

import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.reference.UnaryFunction;
import dev.lanewise.kernels.tensor.FloatRange;
import dev.lanewise.kernels.workload.Activation;
import java.util.List;
import java.util.Optional;

/**
 * A function of one element, over flat ranges: layouts do not matter to it. (Of a blocked tensor with padding, take the
 * rows: a function may not leave 0 as it is.) The results have the bits of {@code reference.ReferenceElementwise}.
 */
public final class UnaryKernel {

    private final Rows rows;

    private UnaryKernel(Rows rows) {
        this.rows = rows;
    }

    /** For this CPU's vectors. */
    public static UnaryKernel of(UnaryFunction function, float alpha, float beta) {
        return of(function, alpha, beta, VectorWidth.preferred());
    }

    /**
     * @param width without one, a plain loop
     * @throws IllegalArgumentException if the function takes no floats
     */
    public static UnaryKernel of(UnaryFunction function, float alpha, float beta, Optional<VectorWidth> width) {
        if (function == UnaryFunction.NOT) {
            throw new IllegalArgumentException(function + " takes no floats");
        }
        return new UnaryKernel(Rows.flat(new Formula.Unary(function, alpha, beta), List.of(Operand.STREAM), width));
    }

    /**
     * An activation.
     *
     * @param width without one, a plain loop
     */
    public static UnaryKernel of(Activation activation, Optional<VectorWidth> width) {
        return new UnaryKernel(Rows.flat(new Formula.Activated(activation), List.of(Operand.STREAM), width));
    }

    /**
     * {@code y[yFrom + i] = f(x[xFrom + i])} for {@code count} elements; {@code y} may be {@code x} at the same place.
     *
     * @throws IllegalArgumentException if an array is too short
     */
    public void run(float[] x, int xFrom, float[] y, int yFrom, int count) {
        FloatRange.require("x", x, xFrom, count);
        FloatRange.require("y", y, yFrom, count);
        if (count > 0) {
            rows.run(x, xFrom, x, xFrom, x, xFrom, y, yFrom, count);
        }
    }
}
