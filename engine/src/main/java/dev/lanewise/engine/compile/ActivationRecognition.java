package dev.lanewise.engine.compile;

import dev.lanewise.engine.graph.Activate;
import dev.lanewise.engine.graph.Binary;
import dev.lanewise.engine.graph.Clip;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.graph.Node;
import dev.lanewise.engine.graph.Unary;
import dev.lanewise.engine.graph.ValueFact;
import dev.lanewise.kernels.reference.BinaryFunction;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.workload.Activation;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Names the activations that a network contains: those that are one node, and SiLU, hard sigmoid and hard swish where they
 * are written as several.
 */
final class ActivationRecognition {

    private static final Activation HARD_SIGMOID = new Activation.HardSigmoid(1 / 6f, 0.5f);
    private static final Activation UP_TO_SIX = new Activation.Clip(0, 6);

    /** How far a file's 1/6 may be from ours, relative to it: it is written with seven digits at least. */
    private static final float SIXTH_TOLERANCE = 1e-6f;

    private final GraphEditor editor;

    private ActivationRecognition(GraphEditor editor) {
        this.editor = editor;
    }

    static Graph apply(Graph graph, Map<String, ValueFact> facts) {
        return GraphEditor.sweep(graph, facts, (editor, node) -> new ActivationRecognition(editor).recognise(node));
    }

    private void recognise(Node node) {
        if (!editor.isFloat32(node.outputs().get(0))) {
            return;
        }
        Activation single = single(node);
        if (single != null) {
            replace(node, node.inputs().get(0), single);
            return;
        }
        boolean gated = isFunction(node, BinaryFunction.MUL)
                && (recogniseGate(node, node.inputs().get(0), node.inputs().get(1))
                        || recogniseGate(
                                node, node.inputs().get(1), node.inputs().get(0)));
        String sixfold = gated ? null : sixfold(node);
        if (sixfold != null) {
            recogniseSixth(node, sixfold);
        }
    }

    /** The activation that one node is; null if it is none. */
    private @Nullable Activation single(Node node) {
        if (node.operator() instanceof Unary unary) {
            return switch (unary.function()) {
                case RELU -> new Activation.Relu();
                case LEAKY_RELU -> new Activation.LeakyRelu(unary.alpha());
                case HARD_SIGMOID -> new Activation.HardSigmoid(unary.alpha(), unary.beta());
                case HARD_SWISH -> new Activation.HardSwish();
                case SIGMOID -> new Activation.Sigmoid();
                default -> null;
            };
        } else if (node.operator() instanceof Clip) {
            return clip(node);
        } else if (node.operator() instanceof Binary binary && binary.function() == BinaryFunction.PRELU) {
            Float slope = scalar(node.inputs().get(1));
            boolean keepsShape =
                    editor.haveSameShape(node.inputs().get(0), node.outputs().get(0));
            return slope == null || !keepsShape ? null : new Activation.LeakyRelu(slope);
        }
        return null;
    }

    private @Nullable Activation clip(Node node) {
        Float min = bound(node, 1, Float.NEGATIVE_INFINITY);
        Float max = bound(node, 2, Float.POSITIVE_INFINITY);
        if (min == null || max == null || min.isNaN() || max.isNaN()) {
            return null;
        }
        return min.equals(0f) && max == Float.POSITIVE_INFINITY ? new Activation.Relu() : new Activation.Clip(min, max);
    }

    private @Nullable Float bound(Node node, int input, float open) {
        boolean given =
                node.inputs().size() > input && !node.inputs().get(input).isEmpty();
        return given ? scalar(node.inputs().get(input)) : (Float) open;
    }

    /** {@code x * sigmoid(x)}, {@code x * hardSigmoid(x)}. */
    private boolean recogniseGate(Node node, String x, String gate) {
        Node gating = editor.onlyFor(gate, Activate.class);
        Activation product =
                gating != null && gating.inputs().get(0).equals(x) && gating.operator() instanceof Activate activate
                        ? gated(activate.activation())
                        : null;
        if (gating == null || product == null) {
            return false;
        }
        replace(node, x, product, gating);
        return true;
    }

    /** What an activation becomes when it is multiplied with its argument; null if that has no name. */
    private static @Nullable Activation gated(Activation gate) {
        if (gate instanceof Activation.Sigmoid) {
            return new Activation.Silu();
        }
        boolean swish = gate instanceof Activation.HardSigmoid hard && isSixth(hard.alpha()) && hard.beta() == 0.5f;
        return swish ? new Activation.HardSwish() : null;
    }

    /** {@code clip(x + 3, 0, 6) / 6}, {@code x * clip(x + 3, 0, 6) / 6}. */
    private void recogniseSixth(Node node, String sixfold) {
        Node clip = upToSix(sixfold);
        Node shifted = clip == null ? null : plusThree(clip.inputs().get(0));
        if (clip != null && shifted != null) {
            replace(node, variable(shifted), HARD_SIGMOID, clip, shifted);
            return;
        }
        Node product = editor.onlyFor(sixfold, Binary.class);
        if (product == null || !isFunction(product, BinaryFunction.MUL)) {
            return;
        }
        for (int gate = 0; gate < 2; gate++) {
            String x = product.inputs().get(1 - gate);
            Node gateClip = upToSix(product.inputs().get(gate));
            Node sum = gateClip == null ? null : plusThree(gateClip.inputs().get(0));
            if (gateClip != null && sum != null && variable(sum).equals(x)) {
                replace(node, x, new Activation.HardSwish(), product, gateClip, sum);
                return;
            }
        }
    }

    private @Nullable Node upToSix(String value) {
        Node clip = editor.onlyFor(value, Activate.class);
        return clip != null && clip.operator().equals(new Activate(UP_TO_SIX)) ? clip : null;
    }

    private @Nullable Node plusThree(String value) {
        Node sum = editor.onlyFor(value, Binary.class);
        if (sum == null || !isFunction(sum, BinaryFunction.ADD)) {
            return null;
        }
        Float addend = constantOperand(sum);
        return addend != null && addend == 3 ? sum : null;
    }

    /** What a node divides by six or multiplies with a sixth; null if it does neither. */
    private @Nullable String sixfold(Node node) {
        boolean quotient = isFunction(node, BinaryFunction.DIV);
        if (!quotient && !isFunction(node, BinaryFunction.MUL)) {
            return null;
        }
        Float constant = constantOperand(node);
        if (constant == null || (quotient && scalar(node.inputs().get(1)) == null)) {
            return null;
        }
        return (quotient ? constant == 6 : isSixth(constant)) ? variable(node) : null;
    }

    private static boolean isFunction(Node node, BinaryFunction function) {
        return node.operator() instanceof Binary binary && binary.function() == function;
    }

    /** The operand that is a constant of one element, if it does not give the result another shape than the other has. */
    private @Nullable Float constantOperand(Node node) {
        Float right = scalar(node.inputs().get(1));
        Float constant = right == null ? scalar(node.inputs().get(0)) : right;
        return constant != null
                        && editor.haveSameShape(variable(node), node.outputs().get(0))
                ? constant
                : null;
    }

    /** The operand beside the constant one. */
    private String variable(Node node) {
        return node.inputs().get(scalar(node.inputs().get(1)) == null ? 1 : 0);
    }

    private @Nullable Float scalar(String value) {
        FloatTensor tensor = editor.floats(value);
        return tensor != null && tensor.data().length == 1 ? (Float) tensor.data()[0] : null;
    }

    private static boolean isSixth(float factor) {
        return Math.abs(6 * factor - 1) <= SIXTH_TOLERANCE;
    }

    private void replace(Node last, String x, Activation activation, Node... absorbed) {
        String type = activation.getClass().getSimpleName();
        Node node = new Node(last.name(), type, new Activate(activation), List.of(x), last.outputs());
        editor.replace(last, node, absorbed);
    }
}
