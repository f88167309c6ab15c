package dev.lanewise.kernels.conv;

import dev.lanewise.kernels.tensor.BlockedLayout;
import dev.lanewise.kernels.tensor.Window;
import dev.lanewise.kernels.workload.Activation;

/**
 * The kernels of one schedule, for so many output vectors at a time: the one that starts the sums, the one that goes on
 * with them, and the one that ends them. A sum of one chunk is started and ended by the first.
 */
record BandKernels(BandKernel first, BandKernel middle, BandKernel last) {

    static BandKernels of(
            ConvPlan plan, Schedule schedule, TileSplit split, int vectors, boolean chunked, int revision) {
        Activation none = new Activation.None();
        Activation activation = plan.workload().epilogue().activation();
        boolean residual = plan.workload().epilogue().residual();
        if (!chunked) {
            BandKernel kernel = kernel(plan, schedule, split, vectors, residual, activation, revision);
            return new BandKernels(kernel, kernel, kernel);
        }
        return new BandKernels(
                kernel(plan, schedule, split, vectors, residual, none, revision),
                kernel(plan, schedule, split, vectors, false, none, revision),
                kernel(plan, schedule, split, vectors, false, activation, revision));
    }

    void warmUp() {
        WarmUp.of(first);
        WarmUp.of(middle);
        WarmUp.of(last);
    }

    private static BandKernel kernel(
            ConvPlan plan,
            Schedule schedule,
            TileSplit split,
            int vectors,
            boolean residual,
            Activation activation,
            int revision) {
        Window window = plan.workload().window();
        BlockedLayout output = plan.output();
        boolean lanesAreGroups = schedule instanceof Schedule.LanesOverGroups || schedule instanceof Schedule.Depthwise;
        TileShape shape = new TileShape(
                schedule.width(),
                split,
                vectors,
                window.strideWidth() * plan.input().block(),
                output.block(),
                lanesAreGroups ? 1 : output.block() / schedule.width().lanes(),
                residual,
                activation,
                revision);
        int dilation = window.dilationWidth() * plan.input().block();
        if (schedule instanceof Schedule.LanesOverGroups lanes) {
            return new LanesTemplate(shape, lanes.order(), window.kernelWidth(), dilation).kernel();
        } else if (schedule instanceof Schedule.Depthwise depthwise) {
            return new DepthwiseTemplate(
                            shape, depthwise.order(), window.kernelHeight(), window.kernelWidth(), dilation)
                    .kernel();
        }
        return new BroadcastTemplate(shape, Schedules.broadcastOrder(schedule)).kernel();
    }
}
