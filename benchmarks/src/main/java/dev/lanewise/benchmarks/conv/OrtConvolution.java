package dev.lanewise.benchmarks.conv;

import dev.lanewise.benchmarks.peer.OrtBinding;
import dev.lanewise.benchmarks.peer.OrtNetwork;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.workload.ConvWorkload;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** The peer: ONNX Runtime on a network of equal convolutions. */
final class OrtConvolution implements AutoCloseable {

    private final OrtNetwork network;
    private final OrtBinding binding;

    private OrtConvolution(OrtNetwork network, ConvWorkload workload, ConvData data) {
        this.network = network;
        Map<String, FloatTensor> inputs = new HashMap<>();
        inputs.put(ConvModel.INPUT, FloatTensor.of(workload.inputShape(), data.input()));
        if (data.residual() != null) {
            inputs.put(ConvModel.RESIDUAL, FloatTensor.of(workload.outputShape(), data.residual()));
        }
        binding = network.bind(inputs);
    }

    /**
     * @param length how many convolutions follow one another
     * @param threads that work on one convolution
     */
    static OrtConvolution of(ConvWorkload workload, ConvData data, int length, int threads) {
        byte[] onnx = ConvModel.of(workload, data.parameters(), length);
        return new OrtConvolution(OrtNetwork.of(onnx, threads), workload, data);
    }

    /**
     * One convolution whose every run is noted.
     *
     * @param prefix of the file that {@link #endProfile} names
     */
    static OrtConvolution profiled(ConvWorkload workload, ConvData data, int threads, Path prefix) {
        byte[] onnx = ConvModel.of(workload, data.parameters(), 1);
        return new OrtConvolution(OrtNetwork.profiled(onnx, threads, prefix), workload, data);
    }

    /** Convolves the input once. */
    void run() {
        binding.run();
    }

    /** What the last run wrote, NCHW. */
    float[] output() {
        return Objects.requireNonNull(binding.outputs().get(ConvModel.OUTPUT)).data();
    }

    /** Ends the noting of runs and returns the file of the notes. */
    Path endProfile() {
        return network.endProfile();
    }

    @Override
    public void close() {
        binding.close();
        network.close();
    }
}
