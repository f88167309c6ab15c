package dev.lanewise.engine.run;

import dev.lanewise.engine.graph.GlobalPooling;
import dev.lanewise.engine.graph.Node;
import dev.lanewise.kernels.conv.ConvPlan;
import dev.lanewise.kernels.gemm.GemmParameters;
import dev.lanewise.kernels.reference.BinaryFunction;
import dev.lanewise.kernels.reference.ReferenceResize;
import dev.lanewise.kernels.reference.UnaryFunction;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Window;
import dev.lanewise.kernels.workload.Activation;
import dev.lanewise.kernels.workload.ConvParameters;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One step of a plan: what is computed, from where and to where, and nothing of how. */
public sealed interface PlanStep {

    /** The node of the graph that it belongs to. */
    String name();

    /** The tensors in the arena that it reads. */
    List<Placed> reads();

    /** The tensors in the arena that it writes. */
    List<Placed> writes();

    /** A step from one tensor in the arena to another. */
    sealed interface Mapping extends PlanStep {

        Placed input();

        Placed output();

        @Override
        default List<Placed> reads() {
            return List.of(input());
        }

        @Override
        default List<Placed> writes() {
            return List.of(output());
        }
    }

    /** A convolution with its epilogue. */
    record Convolve(
            String name,
            ConvPlan plan,
            ConvParameters parameters,
            Placed input,
            @Nullable Placed residual,
            Placed output)
            implements Mapping {
        @Override
        public List<Placed> reads() {
            return Stream.of(input, residual).filter(Objects::nonNull).toList();
        }
    }

    /** The function of pooling. */
    enum Pooled {
        AVERAGE,
        AVERAGE_WITH_PADDING,
        MAX
    }

    /** Pooling over windows. */
    record Pool(String name, Pooled function, Window window, Placed input, Placed output) implements Mapping {}

    /** Pooling over whole images. */
    record PoolImages(String name, GlobalPooling.Function function, Placed input, Placed output) implements Mapping {}

    /** {@code activation(fma(x, scale[c], shift[c]))}, one of each for every channel. */
    record Affine(String name, Activation activation, float[] scale, float[] shift, Placed input, Placed output)
            implements Mapping {}

    /** {@code activation(f(a, b))}; an operand of 1 x 1 pixels holds for all pixels. */
    record Combine(String name, BinaryFunction function, Activation activation, Placed a, Placed b, Placed output)
            implements PlanStep {
        @Override
        public List<Placed> reads() {
            return List.of(a, b);
        }

        @Override
        public List<Placed> writes() {
            return List.of(output);
        }
    }

    /** A function of every element that convolutions can apply as well. */
    record Activate(String name, Activation activation, Placed input, Placed output) implements Mapping {}

    /** Any other function of every element. */
    record Apply(String name, UnaryFunction function, float alpha, float beta, Placed input, Placed output)
            implements Mapping {}

    /** A fully connected layer; the features are the elements of an image, {@code [channel][row][column]}. */
    record Multiply(String name, GemmParameters parameters, Activation activation, Placed input, Placed output)
            implements Mapping {}

    /** Softmax over the channels of images of 1 x 1 pixels. */
    record Softmax(String name, Placed input, Placed output) implements Mapping {}

    /** Images scaled by interpolation. */
    record Resize(
            String name,
            ReferenceResize.Method method,
            ReferenceResize.Axis height,
            ReferenceResize.Axis width,
            float extrapolation,
            Placed input,
            Placed output)
            implements Mapping {}

    /** The same tensor in another layout. */
    record Reorder(String name, Placed input, Placed output) implements Mapping {

        /** Whether channels change places; otherwise only padding comes or goes. */
        public boolean movesChannels() {
            return !input.layout().order().equals(output.layout().order());
        }
    }

    /** Zeros all around the images of a tensor that will be written next. */
    record ClearPadding(String name, Placed output) implements PlanStep {
        @Override
        public List<Placed> reads() {
            return List.of();
        }

        @Override
        public List<Placed> writes() {
            return List.of(output);
        }
    }

    /** A row-major tensor packed into the arena. */
    record Load(String name, String tensor, Placed output) implements PlanStep {
        @Override
        public List<Placed> reads() {
            return List.of();
        }

        @Override
        public List<Placed> writes() {
            return List.of(output);
        }
    }

    /** A row-major tensor made of one in the arena. */
    record Store(String name, Placed input, String tensor, Shape shape) implements PlanStep {
        @Override
        public List<Placed> reads() {
            return List.of(input);
        }

        @Override
        public List<Placed> writes() {
            return List.of();
        }
    }

    /** A node without a fast kernel, from row-major tensors to row-major tensors. */
    record Evaluate(Node node) implements PlanStep {
        @Override
        public String name() {
            return node.name();
        }

        @Override
        public List<Placed> reads() {
            return List.of();
        }

        @Override
        public List<Placed> writes() {
            return List.of();
        }
    }
}
