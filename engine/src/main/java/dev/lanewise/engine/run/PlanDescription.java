package dev.lanewise.engine.run;

import dev.lanewise.kernels.tensor.Arena;
import dev.lanewise.kernels.tensor.BlockedLayout;
import dev.lanewise.kernels.tensor.ChannelOrder;
import dev.lanewise.kernels.workload.ConvParameters;
import dev.lanewise.kernels.workload.ConvWorkload;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What runs for inputs of certain shapes, step by step.
 *
 * @param arenaBytes memory for tensors that one thread needs
 * @param weightBytes packed weights and other constants, shared by all threads
 */
public record PlanDescription(List<Step> steps, long arenaBytes, long weightBytes) {

    private static final String REORDER = "reorder";

    public PlanDescription {
        steps = List.copyOf(steps);
    }

    /**
     * One step.
     *
     * @param name of the node
     * @param operation what is done, with what is fused into it: {@code conv 3x3 g32 biasRelu}
     * @param schedule how the kernels' loops are tiled and ordered; empty where there is no choice
     * @param kernels the names of the generated classes, formulas of what they compute; empty where a step has kernels that
     *     other steps share, or none
     * @param layout of the result: {@code 128x56x56 /16 over 32 groups padded}, in blocks of 16 slots, each holding the same
     *     channel of 16 groups
     * @param multiplyAdds 0 for anything but convolutions and matrix products
     * @param bytes read and written, weights included
     * @param arenaBytes of the arena that hold something while the step runs
     * @param estimatedShareOfPeak what the cost model expects, before anything is timed
     * @param microseconds the best of the runs that were timed
     */
    public record Step(
            String name,
            String operation,
            String schedule,
            List<String> kernels,
            String layout,
            long multiplyAdds,
            long bytes,
            long arenaBytes,
            OptionalDouble estimatedShareOfPeak,
            OptionalDouble microseconds) {

        public Step {
            kernels = List.copyOf(kernels);
        }

        /** Whether channels change places, and nothing else happens. */
        public boolean isReorder() {
            return operation.equals(REORDER);
        }
    }

    static Step describe(
            PlanStep step, dev.lanewise.engine.run.Step running, long arenaBytes, OptionalDouble microseconds) {
        long bytes = 0;
        for (Placed placed : step.reads()) {
            bytes += placed.bytes();
        }
        for (Placed placed : step.writes()) {
            bytes += placed.bytes();
        }
        return new Step(
                step.name(),
                operation(step),
                running.schedule(),
                running.kernels(),
                step.writes().isEmpty() ? "" : layout(step.writes().get(0).layout()),
                multiplyAdds(step),
                step instanceof PlanStep.ClearPadding ? 0 : bytes + weightBytes(step),
                arenaBytes,
                running.estimatedShareOfPeak(),
                microseconds);
    }

    private static String operation(PlanStep step) {
        if (step instanceof PlanStep.Convolve convolve) {
            ConvWorkload workload = convolve.plan().workload();
            return "conv " + workload.window().kernelHeight() + "x"
                    + workload.window().kernelWidth()
                    + (workload.groups() > 1 ? " g" + workload.groups() : "") + " "
                    + workload.fusedLabel();
        } else if (step instanceof PlanStep.Pool pool) {
            return "pool " + pool.function().name().toLowerCase(Locale.ROOT) + " "
                    + pool.window().kernelHeight() + "x" + pool.window().kernelWidth();
        } else if (step instanceof PlanStep.PoolImages pool) {
            return "global " + pool.function().name().toLowerCase(Locale.ROOT);
        } else if (step instanceof PlanStep.Affine affine) {
            return activated("affine", affine.activation().label());
        } else if (step instanceof PlanStep.Combine combine) {
            return activated(
                    combine.function().name().toLowerCase(Locale.ROOT),
                    combine.activation().label());
        } else if (step instanceof PlanStep.Activate activate) {
            return activate.activation().label();
        } else if (step instanceof PlanStep.Apply apply) {
            return apply.function().name().toLowerCase(Locale.ROOT);
        } else if (step instanceof PlanStep.Multiply multiply) {
            return activated("gemm", multiply.activation().label());
        } else if (step instanceof PlanStep.Reorder reorder) {
            return reorder.movesChannels() ? REORDER : "copy";
        } else if (step instanceof PlanStep.Evaluate evaluate) {
            return evaluate.node().type() + " (no kernel)";
        } else if (step instanceof PlanStep.ClearPadding) {
            return "clear padding";
        }
        return step.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    private static String activated(String operation, String activation) {
        return activation.isEmpty() ? operation : operation + " " + activation;
    }

    private static String layout(BlockedLayout layout) {
        ChannelOrder order = layout.order();
        String text = order.channels() + "x" + layout.height() + "x" + layout.width();
        if (order.block() == 1) {
            return text + " row-major";
        }
        String empty = order.slots() > order.channels() ? ", " + (order.slots() - order.channels()) + " empty" : "";
        return text + " /" + order.block() + order(order) + empty + (layout.padded() ? " padded" : "");
    }

    /** Nothing for channels as they come. */
    private static String order(ChannelOrder order) {
        int channels = order.channels();
        int block = order.block();
        if (order.equals(ChannelOrder.contiguous(channels, block))) {
            return "";
        }
        // Where lanes are groups, the second slot holds the second group's first channel.
        int ofGroup = order.channel(1);
        return ofGroup > 1
                        && channels % ofGroup == 0
                        && order.equals(ChannelOrder.lanesOverGroups(channels, channels / ofGroup, block))
                ? " over " + channels / ofGroup + " groups"
                : " permuted";
    }

    private static long multiplyAdds(PlanStep step) {
        if (step instanceof PlanStep.Convolve convolve) {
            return convolve.plan().workload().multiplyAdds();
        } else if (step instanceof PlanStep.Multiply multiply) {
            return (long) multiply.parameters().depth()
                    * multiply.parameters().columns()
                    * multiply.input().layout().batch();
        }
        return 0;
    }

    /** For every step of a plan, what the pieces of its arena have in bytes that are in use then. */
    static long[] arenaBytesInUse(Plan plan) {
        int[] first = new int[plan.storages().size()];
        int[] last = new int[plan.storages().size()];
        Arrays.fill(first, plan.steps().size());
        Arrays.fill(last, -1);
        for (int i = 0; i < plan.steps().size(); i++) {
            PlanStep step = plan.steps().get(i);
            int index = i;
            Stream.concat(step.reads().stream(), step.writes().stream()).forEach(placed -> {
                first[placed.storage()] = Math.min(first[placed.storage()], index);
                last[placed.storage()] = index;
            });
        }
        long[] inUse = new long[plan.steps().size()];
        for (int storage = 0; storage < first.length; storage++) {
            Plan.Storage piece = plan.storages().get(storage);
            for (int i = first[storage]; i <= last[storage]; i++) {
                inUse[i] += piece.constant() == null ? (long) Float.BYTES * Arena.aligned(piece.floats()) : 0;
            }
        }
        return inUse;
    }

    /** Packed weights and other constants of all steps, in bytes. */
    public static long weightBytes(Plan plan) {
        return plan.steps().stream().mapToLong(PlanDescription::weightBytes).sum();
    }

    static long weightBytes(PlanStep step) {
        long floats = 0;
        if (step instanceof PlanStep.Convolve convolve) {
            ConvParameters parameters = convolve.parameters();
            floats = (long) parameters.weights().length
                    + length(parameters.bias())
                    + length(parameters.scale())
                    + length(parameters.shift());
        } else if (step instanceof PlanStep.Multiply multiply) {
            floats = (long) multiply.parameters().weights().length
                    + length(multiply.parameters().bias());
        } else if (step instanceof PlanStep.Affine affine) {
            floats = 2L * affine.scale().length;
        }
        return Float.BYTES * floats;
    }

    private static int length(float @Nullable [] parameters) {
        return parameters == null ? 0 : parameters.length;
    }
}
