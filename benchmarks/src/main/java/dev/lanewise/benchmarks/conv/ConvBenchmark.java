package dev.lanewise.benchmarks.conv;

import dev.lanewise.kernels.conv.ConvPlan;
import dev.lanewise.kernels.reference.ReferenceConvolution;
import dev.lanewise.kernels.reference.ReferenceWinograd;
import dev.lanewise.kernels.tensor.Window;
import dev.lanewise.kernels.workload.Activation;
import dev.lanewise.kernels.workload.ConvWorkload;
import dev.lanewise.kernels.workload.Epilogue;

/**
 * A convolution to be measured. Its name is a formula of its shape, such as {@code 3x3_c128_g32_56x56}, {@code
 * 1x1_c256-1024_g1_14x14_residual}, {@code 5x5_c144_g144_56x56_s2} or {@code 3x3_c128_g32_56x56_b8}: kernel, channels (in
 * and out, where they differ), groups, height and width of the input, then stride, dilation, residual, batch and algorithm
 * where they are not the usual ones.
 *
 * @param winograd whether Winograd's algorithm computes it
 */
public record ConvBenchmark(ConvWorkload workload, boolean winograd) {

    /** How the names of Winograd's end. */
    static final String WINOGRAD = "_winograd";

    /** A square kernel on a square image, padded so that a stride of 1 keeps the size; bias and Relu. */
    static ConvBenchmark of(int kernel, int inputChannels, int outputChannels, int groups, int size) {
        ConvWorkload workload = new ConvWorkload(
                1, inputChannels, size, size, outputChannels, groups, Window.square(kernel, 1, kernel / 2));
        return new ConvBenchmark(workload.with(Epilogue.bias(new Activation.Relu())), false);
    }

    ConvBenchmark strided() {
        Window window = workload.window();
        return with(Window.square(window.kernelHeight(), 2, window.padTop()));
    }

    ConvBenchmark dilated() {
        Window window = workload.window();
        int kernel = window.kernelHeight();
        int pad = 2 * window.padTop();
        return with(new Window(kernel, kernel, 1, 1, 2, 2, pad, pad, pad, pad));
    }

    ConvBenchmark withResidual() {
        return new ConvBenchmark(workload.with(new Epilogue(true, true, new Activation.Relu())), winograd);
    }

    ConvBenchmark batched(int batch) {
        return new ConvBenchmark(
                new ConvWorkload(
                        batch,
                        workload.inputChannels(),
                        workload.height(),
                        workload.width(),
                        workload.outputChannels(),
                        workload.groups(),
                        workload.window(),
                        workload.prologue(),
                        workload.epilogue()),
                winograd);
    }

    ConvBenchmark byWinograd() {
        return new ConvBenchmark(workload, true);
    }

    /** Its algorithm and layouts. */
    public ConvPlan plan() {
        return winograd ? ConvPlan.winograd(workload) : ConvPlan.of(workload);
    }

    /** What it should compute, in scalar Java. */
    float[] reference(ConvData data) {
        return winograd
                ? ReferenceWinograd.convolve(workload, data.parameters(), data.input(), data.residual())
                : ReferenceConvolution.convolve(workload, data.parameters(), data.input(), data.residual());
    }

    private ConvBenchmark with(Window window) {
        return new ConvBenchmark(
                new ConvWorkload(
                        workload.batch(),
                        workload.inputChannels(),
                        workload.height(),
                        workload.width(),
                        workload.outputChannels(),
                        workload.groups(),
                        window,
                        workload.prologue(),
                        workload.epilogue()),
                winograd);
    }

    public String name() {
        Window window = workload.window();
        StringBuilder name = new StringBuilder();
        name.append(window.kernelHeight()).append('x').append(window.kernelWidth());
        name.append("_c").append(workload.inputChannels());
        if (workload.outputChannels() != workload.inputChannels()) {
            name.append('-').append(workload.outputChannels());
        }
        name.append("_g").append(workload.groups());
        name.append('_').append(workload.height()).append('x').append(workload.width());
        if (window.strideHeight() > 1) {
            name.append("_s").append(window.strideHeight());
        }
        if (window.dilationHeight() > 1) {
            name.append("_d").append(window.dilationHeight());
        }
        if (workload.epilogue().residual()) {
            name.append("_residual");
        }
        if (workload.batch() > 1) {
            name.append("_b").append(workload.batch());
        }
        if (winograd) {
            name.append(WINOGRAD);
        }
        return name.toString();
    }

    public ConvClass kind() {
        return winograd ? ConvClass.WINOGRAD : ConvClass.of(workload);
    }

    /** Whether its output can be its input, so that several can follow one another. */
    public boolean chains() {
        return workload.inputShape().equals(workload.outputShape())
                && !workload.epilogue().residual();
    }

    /** Whether the other is the same convolution with fewer groups. */
    boolean hasMoreGroupsThan(ConvBenchmark other) {
        return winograd == other.winograd
                && workload.groups() > other.workload.groups()
                && withoutGroups().equals(other.withoutGroups());
    }

    private ConvWorkload withoutGroups() {
        return new ConvWorkload(
                workload.batch(),
                workload.inputChannels(),
                workload.height(),
                workload.width(),
                workload.outputChannels(),
                1,
                workload.window(),
                workload.prologue(),
                workload.epilogue());
    }

    /** What one run touches: input, residual, weights and output. */
    public long bytes() {
        long floats = (long) workload.inputShape().size()
                + workload.weightsShape().size()
                + (workload.epilogue().residual() ? 2L : 1L)
                        * workload.outputShape().size();
        return floats * Float.BYTES;
    }

    /** Multiplications and additions of one run. */
    public double operations() {
        return 2.0 * workload.multiplyAdds();
    }
}
