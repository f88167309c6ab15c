package dev.lanewise.benchmarks.peer;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A network with its inputs. It reads them from and, from its second run on, writes its outputs to memory of ONNX Runtime's own kind
 * that is there beforehand, so that what is timed is its work and one call from Java.
 */
public final class OrtBinding implements AutoCloseable {

    /** What its allocator aligns to as well. */
    private static final int ALIGNMENT = 64;

    private final OrtSession session;
    private final Map<String, OnnxTensor> inputs = new HashMap<>();
    private final Map<String, OnnxTensor> outputs = new HashMap<>();
    private final Map<String, FloatBuffer> read = new HashMap<>();
    private final Map<String, Output> values = new LinkedHashMap<>();

    private record Output(Shape shape, FloatBuffer data) {}

    private OrtBinding(OrtSession session) {
        this.session = session;
    }

    static OrtBinding of(OrtSession session, Map<String, FloatTensor> inputs) throws OrtException {
        OrtBinding binding = new OrtBinding(session);
        try {
            for (Map.Entry<String, FloatTensor> input : inputs.entrySet()) {
                FloatTensor value = input.getValue();
                FloatBuffer data = direct(value.data().length).put(0, value.data());
                binding.read.put(input.getKey(), data);
                binding.inputs.put(input.getKey(), tensor(data, value.shape()));
            }
            return binding;
        } catch (OrtException | RuntimeException e) {
            binding.close();
            throw e;
        }
    }

    /** Runs the network, and makes memory for outputs of the shapes that come out, with what came out. */
    private void firstRun() throws OrtException {
        try (OrtSession.Result result = session.run(inputs)) {
            for (Map.Entry<String, OnnxValue> entry : result) {
                if (!(entry.getValue() instanceof OnnxTensor value) || value.getInfo().type != OnnxJavaType.FLOAT) {
                    throw new IllegalStateException("output '" + entry.getKey() + "' is no tensor of floats, but "
                            + entry.getValue().getInfo());
                }
                Shape shape = Shape.of(value.getInfo().getShape());
                FloatBuffer data = direct(shape.size()).put(0, value.getFloatBuffer(), 0, shape.size());
                values.put(entry.getKey(), new Output(shape, data));
                outputs.put(entry.getKey(), tensor(data, shape));
            }
        }
    }

    /** Gives an input other values, for the next run. */
    void put(String input, float[] data) {
        FloatBuffer buffer = read.get(input);
        if (buffer == null) {
            throw new IllegalArgumentException("there is no input '" + input + "', but " + read.keySet());
        }
        buffer.put(0, data);
    }

    /** What the last run wrote to the first output. */
    float[] firstOutput() {
        Output output = values.values().iterator().next();
        float[] data = new float[output.shape().size()];
        output.data().get(0, data);
        return data;
    }

    /** Runs the network once; the first run finds out the shapes of the outputs, whose memory later ones write to. */
    public void run() {
        try {
            if (outputs.isEmpty()) {
                firstRun();
            } else {
                session.run(inputs, outputs).close();
            }
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime fails: " + e.getMessage(), e);
        }
    }

    /** What the last run wrote, by the outputs' names. */
    public Map<String, FloatTensor> outputs() {
        Map<String, FloatTensor> tensors = new LinkedHashMap<>();
        values.forEach((name, output) -> {
            float[] data = new float[output.shape().size()];
            output.data().get(0, data);
            tensors.put(name, FloatTensor.of(output.shape(), data));
        });
        return tensors;
    }

    @Override
    public void close() {
        inputs.values().forEach(OnnxTensor::close);
        outputs.values().forEach(OnnxTensor::close);
    }

    private static OnnxTensor tensor(FloatBuffer data, Shape shape) throws OrtException {
        long[] dimensions = IntStream.of(shape.toArray()).asLongStream().toArray();
        return OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), data, dimensions);
    }

    private static FloatBuffer direct(int floats) {
        // The slice loses bytes at both ends.
        return ByteBuffer.allocateDirect(floats * Float.BYTES + 2 * ALIGNMENT)
                .alignedSlice(ALIGNMENT)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer()
                .slice(0, floats);
    }
}
