package dev.lanewise.kernels.conv;

import dev.lanewise.kernels.tensor.BlockedLayout;
import dev.lanewise.kernels.tensor.Window;
import dev.lanewise.kernels.workload.Activation;
import org.jspecify.annotations.Nullable;

/**
 * The kernels of one schedule, for so many output vectors at a time: the one that starts the sums, the one that goes on
 * with them, and the one that ends them. A sum of one chunk is started and ended by the first.
 *
 * @param activation applies the activation to the results, where no kernel of them does
 */
record BandKernels(
        BandKernel first,
        BandKernel middle,
        BandKernel last,
        @Nullable BandKernel activation) {

    static BandKernels of(
            ConvPlan plan,
            Schedule schedule,
            TileSplit split,
            TapStep step,
            int vectors,
            boolean chunked,
            int revision) {
        boolean lanesAreGroups = schedule instanceof Schedule.LanesOverGroups || schedule instanceof Schedule.Depthwise;
        Activation none = new Activation.None();
        Activation activation = plan.workload().epilogue().activation();
        // Where lanes are groups, sums are short, and two limits for each of them would be felt.
        boolean bounded = !lanesAreGroups && Bounds.of(activation).isPresent();
        boolean apart = !bounded && ActivationTemplate.isApart(activation, split.wide() * vectors);
        Activation last = bounded || apart ? none : activation;
        boolean residual = plan.workload().epilogue().residual();
        BandKernel activate = apart ? activation(plan, schedule, vectors) : null;
        // Without an activation of their own, all but lanes over groups read limits.
        bounded |= apart && !lanesAreGroups;
        if (!chunked) {
            BandKernel kernel = kernel(plan, schedule, split, step, vectors, false, residual, bounded, last, revision);
            return new BandKernels(kernel, kernel, kernel, activate);
        }
        // Limits that no number exceeds serve the chunks before the last.
        return new BandKernels(
                kernel(plan, schedule, split, step, vectors, false, residual, true, none, revision),
                kernel(plan, schedule, split, step, vectors, true, false, true, none, revision),
                kernel(plan, schedule, split, step, vectors, true, false, bounded, last, revision),
                activate);
    }

    void warmUp(TileSplit split, int... lengths) {
        WarmUp.of(first, split, lengths);
        WarmUp.of(middle, split, lengths);
        WarmUp.of(last, split, lengths);
        if (activation != null) {
            WarmUp.of(activation, split, lengths);
        }
    }

    private static int vectorsInBlock(ConvPlan plan, Schedule schedule) {
        boolean lanesAreGroups = schedule instanceof Schedule.LanesOverGroups || schedule instanceof Schedule.Depthwise;
        return lanesAreGroups ? 1 : plan.output().block() / schedule.width().lanes();
    }

    private static BandKernel activation(ConvPlan plan, Schedule schedule, int vectors) {
        return new ActivationTemplate(
                        schedule.width(),
                        vectors,
                        plan.output().block(),
                        vectorsInBlock(plan, schedule),
                        plan.workload().epilogue().activation())
                .kernel();
    }

    private static BandKernel kernel(
            ConvPlan plan,
            Schedule schedule,
            TileSplit split,
            TapStep step,
            int vectors,
            boolean partial,
            boolean residual,
            boolean bounded,
            Activation activation,
            int revision) {
        Window window = plan.workload().window();
        BlockedLayout output = plan.output();
        TileShape shape = new TileShape(
                schedule.width(),
                split,
                vectors,
                window.strideWidth() * plan.input().block(),
                output.block(),
                vectorsInBlock(plan, schedule),
                partial,
                residual,
                bounded,
                activation,
                revision);
        int dilation = window.dilationWidth() * plan.input().block();
        if (schedule instanceof Schedule.LanesOverGroups lanes) {
            return new LanesTemplate(shape, lanes.order(), window.kernelWidth(), dilation, step).kernel();
        } else if (schedule instanceof Schedule.Depthwise depthwise) {
            return new DepthwiseTemplate(
                            shape, depthwise.order(), window.kernelHeight(), window.kernelWidth(), dilation)
                    .kernel();
        }
        return new BroadcastTemplate(shape, Schedules.broadcastOrder(schedule), step).kernel();
    }
}
