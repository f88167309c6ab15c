package dev.lanewise.engine.graph;

import dev.lanewise.kernels.reference.ReferenceMovement;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Channels dealt out: the first of every group, then the second of every group, and so on. Files write it as {@code [N, C,
 * ...]} reshaped to {@code [N, groups, C / groups, ...]}, those two axes swapped, and reshaped back.
 *
 * @see <a href="https://arxiv.org/abs/1707.01083">Zhang et al.: ShuffleNet</a>
 */
public record ChannelShuffle(int groups) implements MovementOperator {

    public ChannelShuffle {
        if (groups < 1) {
            throw new IllegalArgumentException("groups of a channel shuffle must be at least 1, not " + groups);
        }
    }

    @Override
    public List<ValueFact> infer(List<@Nullable ValueFact> inputs) {
        ValueFact x = Operands.required(inputs, 0, "X");
        List<Dimension> dimensions = x.dimensions();
        if (dimensions != null) {
            requireRank(dimensions.size());
            if (dimensions.get(1).isKnown()) {
                requireDivisible(dimensions.get(1).size());
            }
        }
        return List.of(ValueFact.of(x.type()));
    }

    @Override
    public List<Tensor> evaluate(List<@Nullable Tensor> inputs) {
        Tensor x = Operands.required(inputs, 0, "X");
        Shape shape = x.shape();
        requireRank(shape.rank());
        requireDivisible(shape.dim(1));
        Shape apart = Shape.of(shape.dim(0), groups, shape.dim(1) / groups, shape.sizeOf(2, shape.rank()));
        return List.of(ReferenceMovement.transpose(x.reshape(apart), new int[] {0, 2, 1, 3})
                .reshape(shape));
    }

    /** The channel that a channel of the output comes from. */
    public int source(int channel, int channels) {
        return channel % groups * (channels / groups) + channel / groups;
    }

    private void requireDivisible(long channels) {
        if (channels % groups != 0) {
            throw new IllegalArgumentException(channels + " channels do not divide into " + groups + " groups");
        }
    }

    private static void requireRank(int rank) {
        if (rank < 2) {
            throw new IllegalArgumentException("input has rank " + rank + ", and so no channels");
        }
    }
}
