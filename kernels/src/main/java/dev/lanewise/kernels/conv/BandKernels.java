package dev.lanewise.kernels.conv;

import dev.lanewise.kernels.tensor.Window;
import dev.lanewise.kernels.workload.Activation;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The kernels of one schedule, for so many output vectors at a time: the one that starts the sums, the one that goes on
 * with them, and the one that ends them. A sum of one chunk is started and ended by the first.
 *
 * @param activation applies the activation to the results, where no kernel of them does
 */
record BandKernels(
        RowKernels first,
        RowKernels middle,
        RowKernels last,
        @Nullable BandKernel activation) {

    static BandKernels of(
            ConvPlan plan,
            Schedule schedule,
            TileSplit split,
            TapStep step,
            int vectors,
            boolean chunked,
            int revision) {
        Activation activation = plan.workload().epilogue().activation();
        boolean bounded = isBounded(schedule, activation);
        int vectorsOfTile = Schedules.takesTurns(plan, schedule) ? 1 : vectors;
        boolean apart = !bounded && ActivationTemplate.isApart(activation, split.wide() * vectorsOfTile);
        Family family = new Family(plan, schedule, split, step, vectors, revision);
        Activation last = bounded || apart ? new Activation.None() : activation;
        boolean residual = plan.workload().epilogue().residual();
        BandKernel activate = apart ? family.activation() : null;
        if (!chunked) {
            RowKernels all = family.rows(residual, last);
            return new BandKernels(all, all, all, activate);
        }
        RowKernels middle = family.rows(false, new Activation.None());
        return new BandKernels(
                residual ? family.rows(true, new Activation.None()) : middle,
                middle,
                family.rows(false, last),
                activate);
    }

    /**
     * Whether the kernels limit the results by bounds that are data. Lanes over groups have sums too short for two limits,
     * and registers for no more vectors.
     */
    static boolean isBounded(Schedule schedule, Activation activation) {
        return !(schedule instanceof Schedule.LanesOverGroups)
                && Bounds.of(activation).isPresent();
    }

    Stream<BandKernel> kernels() {
        return Stream.concat(
                Stream.of(first, middle, last).flatMap(RowKernels::kernels), Stream.ofNullable(activation));
    }

    /**
     * What the kernels of a schedule have in common.
     *
     * @param vectors of the output; of a depthwise convolution all of a block, which take turns
     */
    private record Family(ConvPlan plan, Schedule schedule, TileSplit split, TapStep step, int vectors, int revision) {

        RowKernels rows(boolean residual, Activation activation) {
            return RowKernels.of(
                    split,
                    Schedules.rowLengths(plan, schedule.bandRows()),
                    pixels -> kernel(pixels, residual, activation));
        }

        private BandKernel kernel(int pixels, boolean residual, Activation activation) {
            Window window = plan.workload().window();
            boolean turns = Schedules.takesTurns(plan, schedule);
            TileShape shape = new TileShape(
                    schedule.width(),
                    pixels,
                    turns ? 1 : vectors,
                    turns ? vectors : 1,
                    window.strideWidth() * plan.input().block(),
                    plan.output().block(),
                    vectorsInBlock(),
                    Schedules.lanesAreGroups(schedule),
                    residual,
                    // Limits that no number exceeds serve the chunks before the last, and results without any.
                    activation instanceof Activation.None && isBounded(schedule, activation),
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

        BandKernel activation() {
            return new ActivationTemplate(
                            schedule.width(),
                            vectors,
                            plan.output().block(),
                            vectorsInBlock(),
                            plan.workload().epilogue().activation())
                    .kernel();
        }

        private int vectorsInBlock() {
            return Schedules.lanesAreGroups(schedule) && !Schedules.takesTurns(plan, schedule)
                    ? 1
                    : plan.output().block() / schedule.width().lanes();
        }
    }
}
