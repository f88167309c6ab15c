package dev.lanewise.engine.graph;

import dev.lanewise.kernels.reference.ReferenceCast;
import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.LongTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Access to an operator's inputs, facts and tensors alike, with the errors that name what is wrong. */
final class Operands {

    private Operands() {}

    /** @throws IllegalArgumentException if the input is left out */
    static <T> T required(List<@Nullable T> inputs, int index, String name) {
        T input = optional(inputs, index);
        if (input == null) {
            throw new IllegalArgumentException("input " + index + " (" + name + ") is missing");
        }
        return input;
    }

    static <T> @Nullable T optional(List<@Nullable T> inputs, int index) {
        return index < inputs.size() ? inputs.get(index) : null;
    }

    /** @throws IllegalArgumentException if there is no input, or one of them is left out */
    static <T> List<T> all(List<@Nullable T> inputs) {
        List<T> all = new ArrayList<>();
        for (int i = 0; i < Math.max(1, inputs.size()); i++) {
            all.add(required(inputs, i, "operand"));
        }
        return all;
    }

    /** @throws UnsupportedInputException if the elements will not be held as float */
    static ValueFact requireFloats(ValueFact fact, String name) {
        if (fact.elementType().storage() != ElementType.Storage.FLOAT) {
            throw new UnsupportedInputException(name + " has elements of type " + fact.elementType()
                    + "; only FLOAT32, FLOAT16 and BFLOAT16 are run");
        }
        return fact;
    }

    /** @throws IllegalArgumentException if the elements are not held as float */
    static float[] floats(Tensor tensor, String name) {
        if (tensor instanceof FloatTensor floats) {
            return floats.data();
        }
        throw new IllegalArgumentException(name + " has elements of type " + tensor.elementType()
                + "; only FLOAT32, FLOAT16 and BFLOAT16 are run");
    }

    /** @throws IllegalArgumentException if the elements are not integers */
    static long[] integers(Tensor tensor, String name) {
        if (tensor instanceof LongTensor longs) {
            return longs.data();
        }
        throw new IllegalArgumentException(name + " has elements of type " + tensor.elementType() + ", not integers");
    }

    /** Freshly computed elements as a tensor of a type held as float, rounded to it in place. */
    static FloatTensor rounded(ElementType type, Shape shape, float[] data) {
        if (type != ElementType.FLOAT32) {
            for (int i = 0; i < data.length; i++) {
                data[i] = ReferenceCast.round(data[i], type);
            }
        }
        return new FloatTensor(type, shape, data);
    }
}
