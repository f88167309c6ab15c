package dev.lanewise.engine.graph;

import dev.lanewise.kernels.reference.BinaryFunction;
import dev.lanewise.kernels.reference.ReferenceElementwise;
import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.LongTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Follows the elements of the small tensors from which exporters compute shapes, some of them symbolic. */
final class SymbolicElements {

    /** The most elements that are followed. */
    private static final int MAX_FOLLOWED = 64;

    private SymbolicElements() {}

    /** What an operator makes of small constants; null if an input is no constant, or large. */
    static @Nullable List<ValueFact> ofConstants(Operator operator, List<@Nullable ValueFact> inputs) {
        List<@Nullable Tensor> constants = new ArrayList<>();
        for (ValueFact input : inputs) {
            Tensor constant = input == null ? null : input.constant();
            if (input != null && (constant == null || constant.shape().size() > MAX_FOLLOWED)) {
                return null;
            }
            constants.add(constant);
        }
        return operator.evaluate(constants).stream().map(ValueFact::constant).toList();
    }

    /** The elements of an integer or BOOL tensor of rank 0 or 1, where they are followed. */
    static @Nullable List<Dimension> of(ValueFact fact) {
        Tensor constant = fact.constant();
        if (fact.elements() == null
                && constant != null
                && constant.elementType() == ElementType.BOOL
                && constant.shape().rank() <= 1
                && constant.shape().size() <= MAX_FOLLOWED) {
            return IntStream.range(0, constant.shape().size())
                    .mapToObj(i -> Dimension.of(constant.longAt(i)))
                    .toList();
        }
        return fact.elements();
    }

    /** The elements of the result of a function of two operands; null where they cannot be followed. */
    static @Nullable List<Dimension> binary(BinaryFunction function, ValueFact a, ValueFact b) {
        List<List<Dimension>> operands = broadcast(of(a), of(b));
        if (operands == null || a.elementType() != b.elementType()) {
            return null;
        }
        List<Dimension> result = new ArrayList<>();
        for (int i = 0; i < operands.get(0).size(); i++) {
            result.add(apply(
                    function,
                    a.elementType(),
                    operands.get(0).get(i),
                    operands.get(1).get(i)));
        }
        return result;
    }

    /** The elements chosen by a condition; null where they cannot be followed. */
    static @Nullable List<Dimension> where(ValueFact condition, ValueFact a, ValueFact b) {
        List<List<Dimension>> operands = broadcast(of(condition), of(a), of(b));
        if (operands == null) {
            return null;
        }
        List<Dimension> result = new ArrayList<>();
        for (int i = 0; i < operands.get(0).size(); i++) {
            Dimension choice = operands.get(0).get(i);
            Dimension first = operands.get(1).get(i);
            Dimension second = operands.get(2).get(i);
            if (choice.isKnown() || first.equals(second)) {
                result.add(choice.equals(Dimension.of(0)) ? second : first);
            } else {
                result.add(Dimension.unknown());
            }
        }
        return result;
    }

    @SafeVarargs
    @SuppressWarnings("varargs") // The array is only read.
    private static @Nullable List<List<Dimension>> broadcast(@Nullable List<Dimension>... operands) {
        List<List<Dimension>> lists = new ArrayList<>();
        int size = 1;
        for (List<Dimension> operand : operands) {
            if (operand == null) {
                return null;
            }
            lists.add(operand);
            size = operand.size() == 1 ? size : operand.size();
        }
        int common = size;
        boolean fit = lists.stream().allMatch(list -> list.size() == 1 || list.size() == common);
        return !fit
                ? null
                : lists.stream()
                        .map(list -> IntStream.range(0, common)
                                .mapToObj(i -> list.get(list.size() == 1 ? 0 : i))
                                .toList())
                        .toList();
    }

    private static Dimension apply(BinaryFunction function, ElementType type, Dimension a, Dimension b) {
        if (a.isKnown() && b.isKnown()) {
            return Dimension.of(ReferenceElementwise.binary(function, scalar(type, a), scalar(type, b))
                    .longAt(0));
        }
        return switch (function) {
            case ADD -> SymbolicSizes.sum(a, b);
            case SUB -> SymbolicSizes.sum(a, b.times(Dimension.of(-1)));
            case MUL -> a.times(b);
            case DIV -> a.dividedBy(b).orElseGet(Dimension::unknown);
            case MIN, MAX -> a.equals(b) ? a : Dimension.unknown();
            case EQUAL -> equal(a, b);
            default -> Dimension.unknown();
        };
    }

    private static Dimension equal(Dimension a, Dimension b) {
        if (a.equals(b)) {
            return Dimension.of(1);
        }
        boolean never = (isNegative(a) && isSize(b)) || (isNegative(b) && isSize(a));
        return never ? Dimension.of(0) : Dimension.unknown();
    }

    private static boolean isNegative(Dimension dimension) {
        return dimension.isKnown() && dimension.size() < 0;
    }

    /** Whether it is a size that has a name; what arithmetic has left unknown could be anything. */
    private static boolean isSize(Dimension dimension) {
        return dimension.coefficient() > 0 && dimension.symbols().stream().noneMatch(symbol -> symbol.startsWith("?"));
    }

    private static Tensor scalar(ElementType type, Dimension value) {
        return new LongTensor(type, Shape.scalar(), new long[] {value.size()});
    }
}
