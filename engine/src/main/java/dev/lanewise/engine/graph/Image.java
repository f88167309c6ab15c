package dev.lanewise.engine.graph;

import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * A tensor of one or two spatial dimensions seen as images with height and width; one dimension becomes a height of 1.
 *
 * @param shape {@code [batch, channels, height, width]}
 * @param flat whether there is one spatial dimension only
 */
record Image(Shape shape, boolean flat) {

    /** @throws IllegalArgumentException if the rank is neither 3 nor 4 */
    static Image of(Tensor tensor) {
        return of(tensor.shape());
    }

    /** @throws IllegalArgumentException if the rank is neither 3 nor 4 */
    static Image of(Shape shape) {
        requireRank(shape.rank());
        return shape.rank() == 4
                ? new Image(shape, false)
                : new Image(Shape.of(shape.dim(0), shape.dim(1), 1, shape.dim(2)), true);
    }

    static void requireRank(int rank) {
        if (rank > 4) {
            throw new UnsupportedInputException(
                    rank == 5 ? "three spatial dimensions" : rank - 2 + " spatial dimensions");
        }
        if (rank < 3) {
            throw new IllegalArgumentException("input has rank " + rank
                    + "; windows slide over rank 3 (batch, channels, width) or 4 (batch, channels, height, width)");
        }
    }

    /** A window's axes completed to two. */
    List<SlidingWindow.Axis> axes(List<SlidingWindow.Axis> axes) {
        if (axes.size() != (flat ? 1 : 2)) {
            throw new IllegalArgumentException(
                    "window has " + axes.size() + " axes, but the image has " + (flat ? 1 : 2));
        }
        List<SlidingWindow.Axis> both = new ArrayList<>(axes);
        if (flat) {
            both.add(0, SlidingWindow.Axis.NONE);
        }
        return both;
    }

    /** The shape of an output, without the height that was added. */
    Shape outputShape(int channels, int height, int width) {
        return flat ? Shape.of(shape.dim(0), channels, width) : Shape.of(shape.dim(0), channels, height, width);
    }
}
