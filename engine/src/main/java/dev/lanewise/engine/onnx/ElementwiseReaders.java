package dev.lanewise.engine.onnx;

import dev.lanewise.engine.graph.Binary;
import dev.lanewise.engine.graph.Cast;
import dev.lanewise.engine.graph.Clip;
import dev.lanewise.engine.graph.Dropout;
import dev.lanewise.engine.graph.Fold;
import dev.lanewise.engine.graph.Identity;
import dev.lanewise.engine.graph.Mean;
import dev.lanewise.engine.graph.Operator;
import dev.lanewise.engine.graph.Unary;
import dev.lanewise.engine.graph.Where;
import dev.lanewise.kernels.reference.BinaryFunction;
import dev.lanewise.kernels.reference.UnaryFunction;
import dev.lanewise.kernels.tensor.FloatTensor;
import java.util.Map;
import java.util.OptionalInt;

/** Readers of the operators that become a {@link dev.lanewise.engine.graph.ElementwiseOperator}. */
final class ElementwiseReaders {

    private ElementwiseReaders() {}

    static void register(Map<String, OperatorReader> readers) {
        registerUnary(readers);
        registerBinary(readers);
        readers.put("Cast", ElementwiseReaders::cast);
        readers.put("Clip", ElementwiseReaders::clip);
        readers.put("Dropout", ElementwiseReaders::dropout);
        readers.put("Identity", node -> new Identity());
        readers.put("Max", node -> new Fold(BinaryFunction.MAX));
        readers.put("Mean", node -> new Mean());
        readers.put("Min", node -> new Fold(BinaryFunction.MIN));
        readers.put("Sum", node -> new Fold(BinaryFunction.ADD));
        readers.put("Where", node -> new Where());
    }

    private static void registerUnary(Map<String, OperatorReader> readers) {
        readers.put("Abs", unary(UnaryFunction.ABS));
        readers.put("Ceil", unary(UnaryFunction.CEIL));
        readers.put("Celu", unary(UnaryFunction.CELU));
        readers.put("Elu", unary(UnaryFunction.ELU));
        readers.put("Erf", unary(UnaryFunction.ERF));
        readers.put("Exp", unary(UnaryFunction.EXP));
        readers.put("Floor", unary(UnaryFunction.FLOOR));
        readers.put("Gelu", ElementwiseReaders::gelu);
        readers.put("HardSigmoid", unary(UnaryFunction.HARD_SIGMOID));
        readers.put("HardSwish", unary(UnaryFunction.HARD_SWISH));
        readers.put("LeakyRelu", unary(UnaryFunction.LEAKY_RELU));
        readers.put("Log", unary(UnaryFunction.LOG));
        readers.put("Mish", unary(UnaryFunction.MISH));
        readers.put("Neg", unary(UnaryFunction.NEG));
        readers.put("Not", unary(UnaryFunction.NOT));
        readers.put("Reciprocal", unary(UnaryFunction.RECIPROCAL));
        readers.put("Relu", unary(UnaryFunction.RELU));
        readers.put("Round", unary(UnaryFunction.ROUND));
        readers.put("Selu", unary(UnaryFunction.SELU));
        readers.put("Sigmoid", unary(UnaryFunction.SIGMOID));
        readers.put("Sign", unary(UnaryFunction.SIGN));
        readers.put("Softplus", unary(UnaryFunction.SOFTPLUS));
        readers.put("Softsign", unary(UnaryFunction.SOFTSIGN));
        readers.put("Sqrt", unary(UnaryFunction.SQRT));
        readers.put("Tanh", unary(UnaryFunction.TANH));
        readers.put("ThresholdedRelu", unary(UnaryFunction.THRESHOLDED_RELU));
    }

    private static void registerBinary(Map<String, OperatorReader> readers) {
        readers.put("Add", binary(BinaryFunction.ADD));
        readers.put("And", binary(BinaryFunction.AND));
        readers.put("Div", binary(BinaryFunction.DIV));
        readers.put("Equal", binary(BinaryFunction.EQUAL));
        readers.put("Greater", binary(BinaryFunction.GREATER));
        readers.put("GreaterOrEqual", binary(BinaryFunction.GREATER_OR_EQUAL));
        readers.put("Less", binary(BinaryFunction.LESS));
        readers.put("LessOrEqual", binary(BinaryFunction.LESS_OR_EQUAL));
        readers.put("Mod", node -> Binary.of(node.flag("fmod", false) ? BinaryFunction.REMAINDER : BinaryFunction.MOD));
        readers.put("Mul", binary(BinaryFunction.MUL));
        readers.put("Or", binary(BinaryFunction.OR));
        readers.put("PRelu", ElementwiseReaders::prelu);
        readers.put("Pow", binary(BinaryFunction.POW));
        readers.put("Sub", binary(BinaryFunction.SUB));
        readers.put("Xor", binary(BinaryFunction.XOR));
    }

    private static OperatorReader unary(UnaryFunction function) {
        String secondParameter = function == UnaryFunction.SELU ? "gamma" : "beta";
        return node -> new Unary(
                function,
                node.floatOr("alpha", function.defaultAlpha()),
                node.floatOr(secondParameter, function.defaultBeta()));
    }

    private static Operator gelu(OnnxNode node) {
        String approximation = node.stringOr("approximate", "none");
        return switch (approximation) {
            case "none" -> Unary.of(UnaryFunction.GELU);
            case "tanh" -> Unary.of(UnaryFunction.GELU_TANH);
            default ->
                throw new IllegalArgumentException(
                        "attribute 'approximate' is '" + approximation + "', neither 'none' nor 'tanh'");
        };
    }

    private static OperatorReader binary(BinaryFunction function) {
        return node -> {
            boolean fromAxis = node.opset() < 7 && node.flag("broadcast", false) && node.has("axis");
            return new Binary(function, fromAxis ? OptionalInt.of(node.int32Or("axis", 0)) : OptionalInt.empty());
        };
    }

    /** Before opset 7 a slope stood beside the channels, not beside the last axis. */
    private static Operator prelu(OnnxNode node) {
        return new Binary(BinaryFunction.PRELU, node.opset() < 7 ? OptionalInt.of(1) : OptionalInt.empty());
    }

    private static Operator clip(OnnxNode node) {
        if (node.opset() < 11) {
            if (node.has("min")) {
                node.setInput(1, FloatTensor.scalar(node.floatOr("min", 0)));
            }
            if (node.has("max")) {
                node.setInput(2, FloatTensor.scalar(node.floatOr("max", 0)));
            }
        }
        return new Clip();
    }

    private static Operator cast(OnnxNode node) {
        if (!node.has("to")) {
            throw new IllegalArgumentException("attribute 'to' is missing");
        }
        return new Cast(TensorProtos.elementType(node.int32Or("to", 0)));
    }

    private static Operator dropout(OnnxNode node) {
        if (node.opset() < 7 && !node.flag("is_test", false)) {
            throw new UnsupportedOperatorException("training mode");
        }
        if (node.opset() < 10 && node.outputCount() > 1) {
            throw new UnsupportedOperatorException("a mask of numbers, as before opset 10");
        }
        return new Dropout();
    }
}
