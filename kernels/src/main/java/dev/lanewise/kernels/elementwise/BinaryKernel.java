package dev.lanewise.kernels.elementwise;

import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.reference.BinaryFunction;
import dev.lanewise.kernels.tensor.FloatRange;
import dev.lanewise.kernels.workload.Activation;
import java.util.List;
import java.util.Optional;

/**
 * {@code activation(f(a, b))} over flat ranges, such as a residual addition with its Relu. Either operand may be one
 * scalar. For the broadcasts of blocked tensors see {@link BlockedBinary}. The results have the bits of
 * {@code reference.ReferenceElementwise}.
 */
public final class BinaryKernel {

    /** Which operand is one element for all results. */
    public enum Scalar {
        NEITHER,
        LEFT,
        RIGHT
    }

    private final Rows rows;
    private final Scalar scalar;

    private BinaryKernel(Rows rows, Scalar scalar) {
        this.rows = rows;
        this.scalar = scalar;
    }

    /** For this CPU's vectors. */
    public static BinaryKernel of(BinaryFunction function, Activation activation, Scalar scalar) {
        return of(function, activation, scalar, VectorWidth.preferred());
    }

    /**
     * @param width without one, a plain loop
     * @throws IllegalArgumentException if the function gives no floats
     */
    public static BinaryKernel of(
            BinaryFunction function, Activation activation, Scalar scalar, Optional<VectorWidth> width) {
        requireNumbers(function);
        List<Operand> operands = List.of(
                scalar == Scalar.LEFT ? Operand.SCALAR : Operand.STREAM,
                scalar == Scalar.RIGHT ? Operand.SCALAR : Operand.STREAM);
        return new BinaryKernel(Rows.flat(new Formula.Binary(function, activation), operands, width), scalar);
    }

    static void requireNumbers(BinaryFunction function) {
        if (function.isComparison() || function.isLogical()) {
            throw new IllegalArgumentException(function + " gives no floats");
        }
    }

    /**
     * {@code count} results; of a scalar operand, the one element at its place is read. {@code y} may be an operand at the
     * same place.
     *
     * @throws IllegalArgumentException if an array is too short
     */
    public void run(float[] a, int aFrom, float[] b, int bFrom, float[] y, int yFrom, int count) {
        FloatRange.require("a", a, aFrom, scalar == Scalar.LEFT ? 1 : count);
        FloatRange.require("b", b, bFrom, scalar == Scalar.RIGHT ? 1 : count);
        FloatRange.require("y", y, yFrom, count);
        if (count > 0) {
            rows.run(a, aFrom, b, bFrom, a, aFrom, y, yFrom, count);
        }
    }
}
