package dev.lanewise.engine.lowering;

import dev.lanewise.engine.graph.GlobalPooling;
import dev.lanewise.engine.graph.Node;
import dev.lanewise.engine.run.PlanStep;
import dev.lanewise.kernels.conv.Algorithm;
import dev.lanewise.kernels.gemm.GemmParameters;
import dev.lanewise.kernels.reference.BinaryFunction;
import dev.lanewise.kernels.reference.ReferenceResize;
import dev.lanewise.kernels.reference.UnaryFunction;
import dev.lanewise.kernels.tensor.Window;
import dev.lanewise.kernels.workload.Activation;
import dev.lanewise.kernels.workload.ConvParameters;
import dev.lanewise.kernels.workload.ConvWorkload;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A node as the kernels can run it, or as they cannot; values go by their names. */
sealed interface LoweredNode {

    /** The node's name. */
    String name();

    /** The images that it reads from blocked tensors. */
    List<String> reads();

    /** The images that it makes as blocked tensors. */
    List<String> writes();

    /** One with a single input and a single output. */
    sealed interface Mapping extends LoweredNode {

        String input();

        String output();

        @Override
        default List<String> reads() {
            return List.of(input());
        }

        @Override
        default List<String> writes() {
            return List.of(output());
        }
    }

    record Convolve(
            String name,
            ConvWorkload workload,
            Algorithm algorithm,
            ConvParameters parameters,
            String input,
            @Nullable String residual,
            String output)
            implements Mapping {
        @Override
        public List<String> reads() {
            return residual == null ? List.of(input) : List.of(input, residual);
        }
    }

    record Pool(String name, PlanStep.Pooled function, Window window, String input, String output) implements Mapping {}

    record PoolImages(String name, GlobalPooling.Function function, String input, String output) implements Mapping {}

    record Affine(String name, Activation activation, float[] scale, float[] shift, String input, String output)
            implements Mapping {}

    record Combine(String name, BinaryFunction function, Activation activation, String a, String b, String output)
            implements LoweredNode {
        @Override
        public List<String> reads() {
            return List.of(a, b);
        }

        @Override
        public List<String> writes() {
            return List.of(output);
        }
    }

    record Activate(String name, Activation activation, String input, String output) implements Mapping {}

    record Apply(String name, UnaryFunction function, float alpha, float beta, String input, String output)
            implements Mapping {}

    /** The input may be an image of more than one pixel, flattened. */
    record Multiply(String name, GemmParameters parameters, Activation activation, String input, String output)
            implements Mapping {}

    record Softmax(String name, String input, String output) implements Mapping {}

    record Resize(
            String name,
            ReferenceResize.Method method,
            ReferenceResize.Axis height,
            ReferenceResize.Axis width,
            float extrapolation,
            String input,
            String output)
            implements Mapping {}

    /** Channels under other numbers: channel {@code c} of the output is channel {@code source[c]} of the input. */
    record Relabel(String name, int[] source, String input, String output) implements Mapping {}

    /** An image of one pixel as a matrix, or the other way round. */
    record View(String name, String input, String output) implements Mapping {}

    /** An image of several pixels as a row, which nobody reads but fully connected layers, where the image lies. */
    record Flatten(String name, String input, String output) implements Mapping {
        @Override
        public List<String> writes() {
            return List.of();
        }
    }

    /** Channels side by side. */
    record Concat(String name, List<String> inputs, String output) implements LoweredNode {
        @Override
        public List<String> reads() {
            return inputs;
        }

        @Override
        public List<String> writes() {
            return List.of(output);
        }
    }

    /** Some channels, from {@code first} on. */
    record Part(String name, int first, String input, String output) implements Mapping {}

    /** One that runs on row-major tensors. */
    record Fallback(Node node) implements LoweredNode {
        @Override
        public String name() {
            return node.name();
        }

        @Override
        public List<String> reads() {
            return List.of();
        }

        @Override
        public List<String> writes() {
            return List.of();
        }
    }
}
