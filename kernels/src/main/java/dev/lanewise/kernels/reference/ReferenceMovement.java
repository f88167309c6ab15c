package dev.lanewise.kernels.reference;

import dev.lanewise.kernels.tensor.DoubleTensor;
import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.LongTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/** Operators that move elements of any type and compute nothing. */
public final class ReferenceMovement {

    private ReferenceMovement() {}

    /**
     * Picks positions along every axis: {@code output[i, j, ...] = input[positions[0][i], positions[1][j], ...]}. Slicing,
     * padding, tiling, expanding and nearest-neighbour resizing are all of this form.
     *
     * @param positions for each axis, the position in the input of each position in the output; negative for none
     * @param fill the element wherever some axis has no position: a scalar of the input's type; null for 0
     */
    public static Tensor select(Tensor input, int[][] positions, @Nullable Tensor fill) {
        int[] strides = input.shape().strides();
        int[] sources = {0};
        int[] dimensions = new int[positions.length];
        for (int axis = 0; axis < positions.length; axis++) {
            int[] along = positions[axis];
            dimensions[axis] = along.length;
            int[] extended = new int[Shape.of(sources.length, along.length).size()];
            for (int i = 0; i < extended.length; i++) {
                int outer = sources[i / along.length];
                int position = along[i % along.length];
                extended[i] = outer < 0 || position < 0 ? -1 : outer + position * strides[axis];
            }
            sources = extended;
        }
        return take(input, Shape.of(dimensions), sources, fill);
    }

    /** As {@link #select}, along one axis; the others stay. */
    public static Tensor selectAlong(Tensor input, int axis, int[] positions) {
        int[][] all = everything(input.shape());
        all[axis] = positions;
        return select(input, all, null);
    }

    /** All positions of a shape, in order: the starting point for {@link #select} along some axes. */
    public static int[][] everything(Shape shape) {
        int[][] positions = new int[shape.rank()][];
        for (int axis = 0; axis < positions.length; axis++) {
            positions[axis] = positions(shape.dim(axis), IntUnaryOperator.identity());
        }
        return positions;
    }

    /** A table of the positions along one axis. */
    public static int[] positions(int length, IntUnaryOperator position) {
        int[] positions = new int[length];
        Arrays.setAll(positions, position);
        return positions;
    }

    /**
     * Exchanges axes: axis {@code i} of the output is axis {@code permutation[i]} of the input.
     *
     * @see <a href="https://onnx.ai/onnx/operators/onnx__Transpose.html">ONNX Transpose</a>
     */
    public static Tensor transpose(Tensor input, int[] permutation) {
        int rank = input.shape().rank();
        int[] inputStrides = input.shape().strides();
        int[] dimensions = new int[rank];
        int[] strides = new int[rank];
        for (int axis = 0; axis < rank; axis++) {
            dimensions[axis] = input.shape().dim(permutation[axis]);
            strides[axis] = inputStrides[permutation[axis]];
        }
        Shape shape = Shape.of(dimensions);
        int[] sources = new int[shape.size()];
        int[] index = new int[rank];
        int source = 0;
        for (int i = 0; i < sources.length; i++) {
            sources[i] = source;
            for (int axis = rank - 1; axis >= 0; axis--) {
                source += strides[axis];
                if (++index[axis] < dimensions[axis]) {
                    break;
                }
                source -= dimensions[axis] * strides[axis];
                index[axis] = 0;
            }
        }
        return take(input, shape, sources, null);
    }

    /**
     * Joins tensors along one axis; in all others they agree.
     *
     * @see <a href="https://onnx.ai/onnx/operators/onnx__Concat.html">ONNX Concat</a>
     */
    public static Tensor concat(List<Tensor> inputs, int axis) {
        Shape first = inputs.get(0).shape();
        int along = inputs.stream().mapToInt(input -> input.shape().dim(axis)).reduce(0, Math::addExact);
        Tensor output = zeros(inputs.get(0).elementType(), first.with(axis, along));
        int outer = first.sizeOf(0, axis);
        int target = 0;
        for (int i = 0; i < outer; i++) {
            for (Tensor input : inputs) {
                int run = input.shape().sizeOf(axis, input.shape().rank());
                System.arraycopy(array(input), i * run, array(output), target, run);
                target += run;
            }
        }
        return output;
    }

    /**
     * Replaces one axis by the shape of the indices.
     *
     * @param indices integers; negative ones count from the end
     * @throws IllegalArgumentException if an index lies outside the axis
     * @see <a href="https://onnx.ai/onnx/operators/onnx__Gather.html">ONNX Gather</a>
     */
    public static Tensor gather(Tensor input, Tensor indices, int axis) {
        int limit = input.shape().dim(axis);
        int[] positions = positions(indices.shape().size(), i -> index(indices.longAt(i), limit));
        int[] before = Arrays.copyOf(input.shape().toArray(), axis);
        int[] after = Arrays.copyOfRange(
                input.shape().toArray(), axis + 1, input.shape().rank());
        return selectAlong(input, axis, positions)
                .reshape(joined(before, indices.shape().toArray(), after));
    }

    /**
     * Replaces the index along one axis, element by element: {@code output[i, j, k] = input[i, indices[i, j, k], k]} for
     * axis 1.
     *
     * @throws IllegalArgumentException if an index lies outside the axis
     * @see <a href="https://onnx.ai/onnx/operators/onnx__GatherElements.html">ONNX GatherElements</a>
     */
    public static Tensor gatherElements(Tensor input, Tensor indices, int axis) {
        Shape shape = indices.shape();
        int[] inputStrides = input.shape().strides();
        int[] strides = shape.strides();
        int[] sources = new int[shape.size()];
        for (int i = 0; i < sources.length; i++) {
            for (int d = 0; d < shape.rank(); d++) {
                int position =
                        d == axis ? index(indices.longAt(i), input.shape().dim(axis)) : i / strides[d] % shape.dim(d);
                sources[i] += position * inputStrides[d];
            }
        }
        return take(input, shape, sources, null);
    }

    /**
     * Moves blocks of channels into space: {@code [N, C, H, W]} becomes {@code [N, C / block^2, H * block, W * block]}.
     *
     * @param depthFirst whether a channel's number is (row in block, column in block, output channel), ONNX's {@code DCR},
     *     rather than (output channel, row in block, column in block), its {@code CRD}
     * @see <a href="https://onnx.ai/onnx/operators/onnx__DepthToSpace.html">ONNX DepthToSpace</a>
     */
    public static Tensor depthToSpace(Tensor input, int block, boolean depthFirst) {
        Shape shape = input.shape();
        int n = shape.dim(0);
        int channels = shape.dim(1) / (block * block);
        int height = shape.dim(2);
        int width = shape.dim(3);
        Tensor split = depthFirst
                ? transpose(
                        input.reshape(Shape.of(n, block, block, channels, height, width)), new int[] {0, 3, 4, 1, 5, 2})
                : transpose(
                        input.reshape(Shape.of(n, channels, block, block, height, width)),
                        new int[] {0, 1, 4, 2, 5, 3});
        return split.reshape(Shape.of(n, channels, height * block, width * block));
    }

    /**
     * Moves blocks of pixels into channels: {@code [N, C, H, W]} becomes {@code [N, C * block^2, H / block, W / block]}, a
     * channel's number being (row in block, column in block, input channel).
     *
     * @see <a href="https://onnx.ai/onnx/operators/onnx__SpaceToDepth.html">ONNX SpaceToDepth</a>
     */
    public static Tensor spaceToDepth(Tensor input, int block) {
        Shape shape = input.shape();
        int n = shape.dim(0);
        int channels = shape.dim(1);
        int height = shape.dim(2) / block;
        int width = shape.dim(3) / block;
        return transpose(
                        input.reshape(Shape.of(n, channels, height, block, width, block)), new int[] {0, 3, 5, 1, 2, 4})
                .reshape(Shape.of(n, channels * block * block, height, width));
    }

    /** A tensor whose every element is that of a one-element tensor. */
    public static Tensor filled(Shape shape, Tensor value) {
        return take(value, shape, new int[shape.size()], null);
    }

    private static int index(long index, int limit) {
        if (index < -limit || index >= limit) {
            throw new IllegalArgumentException("index " + index + " is outside [" + -limit + ", " + (limit - 1) + "]");
        }
        return (int) (index < 0 ? index + limit : index);
    }

    /** {@code output[i] = input[sources[i]]}, or the fill where that is negative. */
    private static Tensor take(Tensor input, Shape shape, int[] sources, @Nullable Tensor fill) {
        if (input instanceof FloatTensor floats) {
            float missing = fill instanceof FloatTensor scalar ? scalar.data()[0] : 0;
            float[] data = new float[sources.length];
            for (int i = 0; i < data.length; i++) {
                data[i] = sources[i] < 0 ? missing : floats.data()[sources[i]];
            }
            return new FloatTensor(input.elementType(), shape, data);
        }
        if (input instanceof DoubleTensor doubles) {
            double missing = fill instanceof DoubleTensor scalar ? scalar.data()[0] : 0;
            double[] data = new double[sources.length];
            for (int i = 0; i < data.length; i++) {
                data[i] = sources[i] < 0 ? missing : doubles.data()[sources[i]];
            }
            return new DoubleTensor(input.elementType(), shape, data);
        }
        long missing = fill instanceof LongTensor scalar ? scalar.data()[0] : 0;
        long[] longs = ((LongTensor) input).data();
        long[] data = new long[sources.length];
        for (int i = 0; i < data.length; i++) {
            data[i] = sources[i] < 0 ? missing : longs[sources[i]];
        }
        return new LongTensor(input.elementType(), shape, data);
    }

    private static Tensor zeros(ElementType type, Shape shape) {
        return switch (type.storage()) {
            case FLOAT -> new FloatTensor(type, shape, new float[shape.size()]);
            case DOUBLE -> new DoubleTensor(type, shape, new double[shape.size()]);
            case LONG -> new LongTensor(type, shape, new long[shape.size()]);
        };
    }

    private static Object array(Tensor tensor) {
        if (tensor instanceof FloatTensor floats) {
            return floats.data();
        }
        return tensor instanceof DoubleTensor doubles ? doubles.data() : ((LongTensor) tensor).data();
    }

    private static Shape joined(int[]... parts) {
        return Shape.of(Arrays.stream(parts).flatMapToInt(Arrays::stream).toArray());
    }
}
