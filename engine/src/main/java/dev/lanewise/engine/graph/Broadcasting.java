package dev.lanewise.engine.graph;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Broadcasting of dimensions that may be symbolic.
 *
 * @see <a href="https://onnx.ai/onnx/repo-docs/Broadcasting.html">ONNX multidirectional broadcasting</a>
 */
final class Broadcasting {

    private Broadcasting() {}

    /**
     * The common dimensions of operands; null if the rank of one is not known.
     *
     * @throws IllegalArgumentException if two known dimensions differ and neither is 1
     */
    static @Nullable List<Dimension> dimensions(List<ValueFact> operands) {
        List<Dimension> common = List.of();
        for (ValueFact operand : operands) {
            if (operand.dimensions() == null) {
                return null;
            }
            common = dimensions(common, operand.dimensions());
        }
        return common;
    }

    /** As {@link #dimensions(List)}, for two lists of dimensions. */
    static List<Dimension> dimensions(List<Dimension> a, List<Dimension> b) {
        int rank = Math.max(a.size(), b.size());
        List<Dimension> common = new ArrayList<>();
        for (int axis = 0; axis < rank; axis++) {
            int inA = axis - rank + a.size();
            int inB = axis - rank + b.size();
            if (inA < 0 || inB < 0) {
                common.add(inA < 0 ? b.get(inB) : a.get(inA));
            } else {
                common.add(common(a.get(inA), b.get(inB), a, b));
            }
        }
        return common;
    }

    private static Dimension common(Dimension a, Dimension b, List<Dimension> allOfA, List<Dimension> allOfB) {
        if (a.equals(b) || b.equals(Dimension.of(1))) {
            return a;
        }
        if (a.equals(Dimension.of(1))) {
            return b;
        }
        if (a.isKnown() && b.isKnown()) {
            throw new IllegalArgumentException("dimensions " + allOfA + " and " + allOfB + " do not broadcast");
        }
        // A symbol beside a known size other than 1 must become 1 or that size.
        if (a.isKnown() || b.isKnown()) {
            return a.isKnown() ? a : b;
        }
        return Dimension.unknown();
    }
}
