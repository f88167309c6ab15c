package dev.lanewise.cli.conformance;

import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.Locale;
import java.util.Optional;

/** Compares as ONNX's own runner does; integers, which need no tolerance, for equality. */
final class TensorComparison {

    static final double RELATIVE = 1e-3;
    static final double ABSOLUTE = 1e-7;

    /** One unit in the last of BFLOAT16's eight places: some of ONNX's cases cut off where it prescribes to round. */
    static final double RELATIVE_BFLOAT16 = 0x1p-7;

    private TensorComparison() {}

    /** The first difference, in words; empty if there is none. NaN equals NaN. */
    static Optional<String> difference(Tensor expected, Tensor actual) {
        if (expected.elementType() != actual.elementType()) {
            return Optional.of("has type " + actual.elementType() + ", not " + expected.elementType());
        }
        if (!expected.shape().equals(actual.shape())) {
            return Optional.of("has shape " + actual.shape() + ", not " + expected.shape());
        }
        boolean integer = expected.elementType().storage() == ElementType.Storage.LONG;
        double relative = expected.elementType() == ElementType.BFLOAT16 ? RELATIVE_BFLOAT16 : RELATIVE;
        int different = 0;
        int first = -1;
        for (int i = 0; i < expected.shape().size(); i++) {
            boolean same = integer
                    ? expected.longAt(i) == actual.longAt(i)
                    : isClose(expected.doubleAt(i), actual.doubleAt(i), relative);
            if (!same) {
                different++;
                first = first < 0 ? i : first;
            }
        }
        return different == 0
                ? Optional.empty()
                : Optional.of(String.format(
                        Locale.ROOT,
                        "differs in %d of %d elements, first at index %d: %s, not %s",
                        different,
                        expected.shape().size(),
                        first,
                        element(actual, first),
                        element(expected, first)));
    }

    private static boolean isClose(double expected, double actual, double relative) {
        if (Double.isNaN(expected) || Double.isNaN(actual)) {
            return Double.isNaN(expected) && Double.isNaN(actual);
        }
        if (Double.isInfinite(expected) || Double.isInfinite(actual)) {
            return expected == actual;
        }
        return Math.abs(actual - expected) <= ABSOLUTE + relative * Math.abs(expected);
    }

    private static String element(Tensor tensor, int index) {
        return tensor.elementType().storage() == ElementType.Storage.LONG
                ? Long.toString(tensor.longAt(index))
                : tensor.elementType().storage() == ElementType.Storage.FLOAT
                        ? Float.toString((float) tensor.doubleAt(index))
                        : Double.toString(tensor.doubleAt(index));
    }
}
