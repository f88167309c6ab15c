package dev.lanewise.engine.zoo;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import ai.onnxruntime.TensorInfo;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Shape;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/** The peer: runs and describes the same files with ONNX Runtime. */
public final class OnnxRuntime implements AutoCloseable {

    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;

    private OnnxRuntime(byte[] onnx, OptLevel level) {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setOptimizationLevel(level);
            // It warns of its own shape inference, which forgets that ceil_mode drops windows that start in the end
            // pad.
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
            session = environment.createSession(onnx, options);
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Loads a model as users do.
     *
     * @throws IllegalStateException if ONNX Runtime rejects it
     */
    public static OnnxRuntime load(byte[] onnx) {
        return new OnnxRuntime(onnx, OptLevel.ALL_OPT);
    }

    /**
     * Loads a model to be run node by node, as it is written: optimisations have faults of their own, such as a Pad merged
     * into a pooling that then rejects its pads.
     *
     * @throws IllegalStateException if ONNX Runtime rejects it
     */
    public static OnnxRuntime loadUnoptimized(byte[] onnx) {
        return new OnnxRuntime(onnx, OptLevel.NO_OPT);
    }

    /** Runs the network with one input. */
    public Map<String, FloatTensor> run(FloatTensor input) {
        String name = session.getInputNames().iterator().next();
        long[] shape = IntStream.of(input.shape().toArray()).asLongStream().toArray();
        try (OnnxTensor tensor = OnnxTensor.createTensor(environment, FloatBuffer.wrap(input.data()), shape);
                OrtSession.Result result = session.run(Map.of(name, tensor))) {
            Map<String, FloatTensor> outputs = new LinkedHashMap<>();
            for (Map.Entry<String, OnnxValue> entry : result) {
                outputs.put(entry.getKey(), tensor((OnnxTensor) entry.getValue()));
            }
            return outputs;
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Runs a network of the zoo. */
    public FloatTensor scores(FloatTensor input) {
        return Objects.requireNonNull(run(input).get(NetworkBuilder.OUTPUT));
    }

    /** The types of the outputs, by name. */
    public Map<String, TensorInfo> outputs() {
        try {
            Map<String, TensorInfo> types = new LinkedHashMap<>();
            for (NodeInfo node : session.getOutputInfo().values()) {
                types.put(node.getName(), (TensorInfo) node.getInfo());
            }
            return types;
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }

    private static FloatTensor tensor(OnnxTensor value) {
        FloatBuffer buffer = value.getFloatBuffer();
        float[] data = new float[buffer.remaining()];
        buffer.get(data);
        return FloatTensor.of(Shape.of(value.getInfo().getShape()), data);
    }
}
