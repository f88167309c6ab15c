package dev.lanewise.engine.zoo;

import dev.lanewise.engine.ModelSource;
import dev.lanewise.engine.compile.Compiler;
import dev.lanewise.engine.graph.Concat;
import dev.lanewise.engine.graph.FusedBinary;
import dev.lanewise.engine.graph.FusedConvolution;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.graph.Node;
import dev.lanewise.engine.graph.Operator;
import dev.lanewise.engine.onnx.OnnxReader;
import dev.lanewise.kernels.reference.BinaryFunction;
import dev.lanewise.kernels.workload.Activation;
import java.util.List;

/** Where the blocks of a network end. */
final class Blocks {

    private Blocks() {}

    /**
     * The values that networks of the zoo end their blocks with, among those that the compiler keeps: residual sums with
     * the activation behind them, concatenations, and convolutions without an activation, which end the blocks of
     * MobileNets where there is no sum.
     */
    static List<String> outputs(Loaded loaded) {
        Network network = loaded.network();
        ModelSource source = ModelSource.of(network.name(), network.onnx());
        Graph compiled =
                Compiler.compile(OnnxReader.read(network.name(), source.onnx())).graph();
        return compiled.nodes().stream()
                .filter(node -> endsBlock(node.operator()))
                .map(Node::outputs)
                .map(outputs -> outputs.get(0))
                .toList();
    }

    private static boolean endsBlock(Operator operator) {
        if (operator instanceof FusedConvolution convolution) {
            return convolution.residual() || convolution.activation() instanceof Activation.None;
        }
        return operator instanceof Concat
                || (operator instanceof FusedBinary binary && binary.function() == BinaryFunction.ADD);
    }
}
