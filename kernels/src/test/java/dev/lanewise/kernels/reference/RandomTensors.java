package dev.lanewise.kernels.reference;

import dev.lanewise.kernels.tensor.DoubleTensor;
import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.LongTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.SplittableRandom;

/** Tensors of seeded random elements. */
final class RandomTensors {

    private final SplittableRandom random;

    RandomTensors(long seed) {
        random = new SplittableRandom(seed);
    }

    /** Elements of [-4, 4), rounded to the type; integers between -100 and 100, or 0 and 100 if they have no sign. */
    Tensor next(ElementType type, int... dimensions) {
        Shape shape = Shape.of(dimensions);
        switch (type.storage()) {
            case FLOAT -> {
                float[] data = new float[shape.size()];
                for (int i = 0; i < data.length; i++) {
                    data[i] = ReferenceCast.round(random.nextDouble(-4, 4), type);
                }
                return new FloatTensor(type, shape, data);
            }
            case DOUBLE -> {
                return DoubleTensor.of(
                        shape, random.doubles(shape.size(), -4, 4).toArray());
            }
            default -> {
                long low = type.isUnsigned() || type == ElementType.BOOL ? 0 : -100;
                long high = type == ElementType.BOOL ? 2 : 101;
                return new LongTensor(
                        type, shape, random.longs(shape.size(), low, high).toArray());
            }
        }
    }

    FloatTensor floats(int... dimensions) {
        return (FloatTensor) next(ElementType.FLOAT32, dimensions);
    }

    int between(int low, int high) {
        return random.nextInt(low, high + 1);
    }
}
