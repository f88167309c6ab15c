package dev.lanewise.engine.graph;

import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import dev.lanewise.kernels.tensor.Window;
import java.util.List;

/**
 * What a pooling window makes of an image.
 *
 * @param window with its pads in numbers
 * @param height rows of the output
 * @param width columns of the output
 */
record PooledImage(Image image, Window window, int height, int width) {

    static PooledImage of(Tensor x, SlidingWindow window) {
        Image image = Image.of(x);
        List<SlidingWindow.Axis> axes = image.axes(window.axes(window.kernel()));
        int height = image.shape().dim(2);
        int width = image.shape().dim(3);
        return new PooledImage(
                image,
                SlidingWindow.over(height, width, axes.get(0), axes.get(1)),
                axes.get(0).output(height),
                axes.get(1).output(width));
    }

    static ValueFact infer(ValueFact x, SlidingWindow window) {
        List<SlidingWindow.Axis> axes = window.axes(window.kernel());
        int rank = 2 + axes.size();
        List<Dimension> input = x.dimensions() == null ? SymbolicSizes.unknown(rank) : x.dimensions();
        Image.requireRank(input.size());
        if (input.size() != rank) {
            throw new IllegalArgumentException(
                    "input has rank " + input.size() + ", but kernel_shape is " + window.kernel());
        }
        return ValueFact.of(x.elementType(), SlidingWindow.outputDimensions(input.get(0), input.get(1), axes, input));
    }

    Shape outputShape() {
        return image.outputShape(image.shape().dim(1), height, width);
    }
}
