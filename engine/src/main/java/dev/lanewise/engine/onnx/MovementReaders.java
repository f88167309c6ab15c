package dev.lanewise.engine.onnx;

import dev.lanewise.engine.graph.Concat;
import dev.lanewise.engine.graph.DepthToSpace;
import dev.lanewise.engine.graph.Expand;
import dev.lanewise.engine.graph.Flatten;
import dev.lanewise.engine.graph.Gather;
import dev.lanewise.engine.graph.GatherElements;
import dev.lanewise.engine.graph.Operator;
import dev.lanewise.engine.graph.Pad;
import dev.lanewise.engine.graph.Reshape;
import dev.lanewise.engine.graph.Slice;
import dev.lanewise.engine.graph.SpaceToDepth;
import dev.lanewise.engine.graph.Split;
import dev.lanewise.engine.graph.Squeeze;
import dev.lanewise.engine.graph.Tile;
import dev.lanewise.engine.graph.Transpose;
import dev.lanewise.engine.graph.Unsqueeze;
import dev.lanewise.kernels.reference.ReferencePadding;
import dev.lanewise.kernels.tensor.FloatTensor;
import java.util.Map;

/** Readers of the operators that become a {@link dev.lanewise.engine.graph.MovementOperator}. */
final class MovementReaders {

    private MovementReaders() {}

    static void register(Map<String, OperatorReader> readers) {
        readers.put("Concat", MovementReaders::concat);
        readers.put("DepthToSpace", MovementReaders::depthToSpace);
        readers.put("Expand", node -> new Expand());
        readers.put("Flatten", node -> new Flatten(axis(node, 1)));
        readers.put("Gather", node -> new Gather(axis(node, 0)));
        readers.put("GatherElements", node -> new GatherElements(axis(node, 0)));
        readers.put("Pad", MovementReaders::pad);
        readers.put("Reshape", MovementReaders::reshape);
        readers.put("Slice", MovementReaders::slice);
        readers.put("SpaceToDepth", node -> new SpaceToDepth(block(node)));
        readers.put("Split", MovementReaders::split);
        readers.put("Squeeze", MovementReaders::squeeze);
        readers.put("Tile", node -> new Tile());
        readers.put("Transpose", node -> new Transpose(WindowReaders.integers(node, "perm")));
        readers.put("Unsqueeze", MovementReaders::unsqueeze);
    }

    private static Operator concat(OnnxNode node) {
        if (node.opset() >= 4 && !node.has("axis")) {
            throw new IllegalArgumentException("attribute 'axis' is missing");
        }
        return new Concat(axis(node, 1));
    }

    private static Operator depthToSpace(OnnxNode node) {
        String mode = node.stringOr("mode", "DCR");
        if (!mode.equals("DCR") && !mode.equals("CRD")) {
            throw new IllegalArgumentException("attribute 'mode' is '" + mode + "', not DCR or CRD");
        }
        return new DepthToSpace(block(node), mode.equals("DCR"));
    }

    private static Operator pad(OnnxNode node) {
        if (node.opset() < 11) {
            node.setInputFromInts(1, node.opset() < 2 ? "paddings" : "pads");
            node.setInput(2, FloatTensor.scalar(node.floatOr("value", 0)));
        }
        String mode = node.stringOr("mode", "constant");
        return new Pad(
                switch (mode) {
                    case "constant" -> ReferencePadding.Mode.CONSTANT;
                    case "reflect" -> ReferencePadding.Mode.REFLECT;
                    case "edge" -> ReferencePadding.Mode.EDGE;
                    case "wrap" -> ReferencePadding.Mode.WRAP;
                    default ->
                        throw new IllegalArgumentException(
                                "attribute 'mode' is '" + mode + "', not constant, reflect, edge or wrap");
                });
    }

    private static Operator reshape(OnnxNode node) {
        if (node.opset() < 5) {
            node.setInputFromInts(1, "shape");
        }
        return new Reshape(node.flag("allowzero", false));
    }

    private static Operator slice(OnnxNode node) {
        if (node.opset() < 10) {
            node.setInputFromInts(1, "starts");
            node.setInputFromInts(2, "ends");
            node.setInputFromInts(3, "axes");
        }
        return new Slice();
    }

    private static Operator split(OnnxNode node) {
        if (node.opset() < 13) {
            node.setInputFromInts(1, "split");
        }
        long parts = node.intOr("num_outputs", node.outputCount());
        if (parts != node.outputCount()) {
            throw new IllegalArgumentException(
                    "attribute 'num_outputs' is " + parts + ", but the node has " + node.outputCount() + " outputs");
        }
        return new Split(axis(node, 0), node.outputCount());
    }

    private static Operator squeeze(OnnxNode node) {
        if (node.opset() < 13) {
            node.setInputFromInts(1, "axes");
        }
        return new Squeeze();
    }

    private static Operator unsqueeze(OnnxNode node) {
        if (node.opset() < 13) {
            node.setInputFromInts(1, "axes");
        }
        return new Unsqueeze();
    }

    private static int axis(OnnxNode node, int fallback) {
        return node.int32Or("axis", fallback);
    }

    private static int block(OnnxNode node) {
        long block = node.intOr("blocksize", 0);
        // The square of the block must fit an int.
        if (block < 1 || block > Short.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "attribute 'blocksize' is " + block + ", not within [1, " + Short.MAX_VALUE + "]");
        }
        return (int) block;
    }
}
