package dev.lanewise.benchmarks.conv;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.workload.ConvWorkload;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The peer: ONNX Runtime on a network of equal convolutions. It reads its input from and writes its output to memory of
 * its own kind that is there beforehand, so that what is timed is its work and one call from Java.
 */
final class OrtConvolution implements AutoCloseable {

    /** What its allocator aligns to as well. */
    private static final int ALIGNMENT = 64;

    private final OrtSession session;
    private final Map<String, OnnxTensor> inputs = new HashMap<>();
    private final Map<String, OnnxTensor> outputs = new HashMap<>();
    private final FloatBuffer output;

    private OrtConvolution(ConvWorkload workload, ConvData data, int length, int threads, @Nullable Path profilePrefix)
            throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setOptimizationLevel(OptLevel.ALL_OPT);
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
            if (profilePrefix != null) {
                options.enableProfiling(profilePrefix.toString());
            }
            session = environment.createSession(ConvModel.of(workload, data.parameters(), length), options);
        }
        inputs.put(ConvModel.INPUT, tensor(environment, buffer(data.input()), workload.inputShape()));
        if (data.residual() != null) {
            inputs.put(ConvModel.RESIDUAL, tensor(environment, buffer(data.residual()), workload.outputShape()));
        }
        output = direct(workload.outputShape().size());
        outputs.put(ConvModel.OUTPUT, tensor(environment, output, workload.outputShape()));
    }

    /**
     * @param length how many convolutions follow one another
     * @param threads that work on one convolution
     */
    static OrtConvolution of(ConvWorkload workload, ConvData data, int length, int threads) {
        return create(workload, data, length, threads, null);
    }

    /**
     * One convolution whose every run is noted.
     *
     * @param prefix of the file that {@link #endProfile} names
     */
    static OrtConvolution profiled(ConvWorkload workload, ConvData data, int threads, Path prefix) {
        return create(workload, data, 1, threads, prefix);
    }

    private static OrtConvolution create(
            ConvWorkload workload, ConvData data, int length, int threads, @Nullable Path profilePrefix) {
        try {
            return new OrtConvolution(workload, data, length, threads, profilePrefix);
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime refuses the convolution: " + e.getMessage(), e);
        }
    }

    /** Convolves the input once. */
    void run() {
        try {
            session.run(inputs, outputs).close();
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime fails: " + e.getMessage(), e);
        }
    }

    /** What the last run wrote, NCHW. */
    float[] output() {
        float[] values = new float[output.capacity()];
        output.get(0, values);
        return values;
    }

    /** Ends the noting of runs and returns the file of the notes. */
    Path endProfile() {
        try {
            return Path.of(session.endProfiling());
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime writes no profile: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        List<OnnxTensor> tensors = new ArrayList<>(inputs.values());
        tensors.addAll(outputs.values());
        tensors.forEach(OnnxTensor::close);
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }

    private static OnnxTensor tensor(OrtEnvironment environment, FloatBuffer data, Shape shape) throws OrtException {
        return OnnxTensor.createTensor(
                environment, data, IntStream.of(shape.toArray()).asLongStream().toArray());
    }

    private static FloatBuffer buffer(float[] values) {
        return direct(values.length).put(0, values);
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
