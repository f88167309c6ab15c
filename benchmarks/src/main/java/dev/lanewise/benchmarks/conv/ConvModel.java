package dev.lanewise.benchmarks.conv;

import static dev.lanewise.engine.zoo.OnnxWriter.integer;
import static dev.lanewise.engine.zoo.OnnxWriter.ints;

import ai.onnx.proto.OnnxMl.AttributeProto;
import dev.lanewise.engine.zoo.OnnxWriter;
import dev.lanewise.kernels.tensor.Window;
import dev.lanewise.kernels.workload.Activation;
import dev.lanewise.kernels.workload.ConvParameters;
import dev.lanewise.kernels.workload.ConvWorkload;
import java.util.ArrayList;
import java.util.List;

/** A network of equal convolutions, each with its epilogue, for peers that read ONNX files. */
final class ConvModel {

    static final String INPUT = "input";
    static final String RESIDUAL = "residual";
    static final String OUTPUT = "output";

    private ConvModel() {}

    /**
     * @param length how many convolutions follow one another
     * @return an ONNX file with inputs {@link #INPUT} and, if the epilogue has one, {@link #RESIDUAL}
     * @throws IllegalArgumentException if ONNX operators other than Conv, Add and Relu would be needed
     */
    static byte[] of(ConvWorkload workload, ConvParameters parameters, int length) {
        if (workload.prologue().affine() || !(workload.prologue().activation() instanceof Activation.None)) {
            throw new IllegalArgumentException("a model of a convolution with a prologue is not written here");
        }
        OnnxWriter onnx = new OnnxWriter("convolutions");
        onnx.input(INPUT, dimensions(workload.inputShape().toArray()));
        onnx.output(OUTPUT, dimensions(workload.outputShape().toArray()));
        List<String> constants = new ArrayList<>();
        constants.add(onnx.floats(
                "weights", workload.weightsShape().toArray(), i -> parameters.weights()[i]));
        float[] bias = parameters.bias();
        if (bias != null) {
            constants.add(onnx.vector("bias", bias));
        }
        if (workload.epilogue().residual()) {
            onnx.input(RESIDUAL, dimensions(workload.outputShape().toArray()));
        }
        String value = INPUT;
        for (int i = 0; i < length; i++) {
            List<String> inputs = new ArrayList<>(List.of(value));
            inputs.addAll(constants);
            value = link(onnx, workload, inputs, i, i == length - 1);
        }
        return onnx.model().toByteArray();
    }

    /** Adds one convolution and its epilogue. */
    private static String link(OnnxWriter onnx, ConvWorkload workload, List<String> inputs, int index, boolean last) {
        boolean relu = workload.epilogue().activation() instanceof Activation.Relu;
        boolean residual = workload.epilogue().residual();
        if (!relu && !(workload.epilogue().activation() instanceof Activation.None)) {
            throw new IllegalArgumentException(
                    "a model of a convolution with " + workload.epilogue().label() + " is not written here");
        }
        String name = last && !relu && !residual ? OUTPUT : "conv" + index;
        String value = onnx.node("Conv", name, inputs, attributes(workload));
        if (residual) {
            value = onnx.node("Add", last && !relu ? OUTPUT : "sum" + index, List.of(value, RESIDUAL));
        }
        return relu ? onnx.node("Relu", last ? OUTPUT : "relu" + index, List.of(value)) : value;
    }

    private static AttributeProto[] attributes(ConvWorkload workload) {
        Window window = workload.window();
        return new AttributeProto[] {
            ints("kernel_shape", window.kernelHeight(), window.kernelWidth()),
            ints("strides", window.strideHeight(), window.strideWidth()),
            ints("dilations", window.dilationHeight(), window.dilationWidth()),
            ints("pads", window.padTop(), window.padLeft(), window.padBottom(), window.padRight()),
            integer("group", workload.groups())
        };
    }

    private static Object[] dimensions(int[] shape) {
        Object[] dimensions = new Object[shape.length];
        for (int i = 0; i < shape.length; i++) {
            dimensions[i] = shape[i];
        }
        return dimensions;
    }
}
