package dev.lanewise.engine.zoo;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.lanewise.kernels.tensor.FloatTensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Measures the standard deviation of every calibrated value of a network, as it is written. */
public final class Deviations {

    private static final String SUFFIX = ".measured.deviation";

    private Deviations() {}

    public static Map<String, Double> of(Network network, FloatTensor input) {
        Map<String, Double> deviations = new LinkedHashMap<>();
        try (OnnxRuntime runtime = OnnxRuntime.load(withProbes(network))) {
            Map<String, FloatTensor> outputs = runtime.run(input);
            for (String value : network.calibrated()) {
                FloatTensor deviation = outputs.get(value + SUFFIX);
                if (deviation == null) {
                    throw new IllegalStateException(value + " was not measured");
                }
                deviations.put(value, deviation.doubleAt(0));
            }
        }
        return deviations;
    }

    /** The network with one more output for every calibrated value. */
    private static byte[] withProbes(Network network) {
        ModelProto.Builder model = network.model();
        for (String value : network.calibrated()) {
            String mean = probe(model, "ReduceMean", value + ".measured.mean", value);
            String centred = probe(model, "Sub", value + ".measured.centred", value, mean);
            String square = probe(model, "Mul", value + ".measured.square", centred, centred);
            String variance = probe(model, "ReduceMean", value + ".measured.variance", square);
            String deviation = probe(model, "Sqrt", value + SUFFIX, variance);
            model.getGraphBuilder().addOutput(OnnxWriter.value(deviation));
        }
        return model.build().toByteArray();
    }

    private static String probe(ModelProto.Builder model, String type, String output, String... inputs) {
        model.getGraphBuilder()
                .addNode(NodeProto.newBuilder()
                        .setOpType(type)
                        .setName(output)
                        .addAllInput(List.of(inputs))
                        .addOutput(output));
        return output;
    }
}
