package dev.lanewise.engine.run;

import dev.lanewise.kernels.tensor.BlockedLayout;
import dev.lanewise.kernels.tensor.ChannelOrder;
import dev.lanewise.kernels.workload.ConvWorkload;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * What runs for inputs of certain shapes, step by step.
 *
 * @param arenaBytes memory for tensors that one thread needs
 * @param weightBytes packed weights and other constants, shared by all threads
 */
public record PlanDescription(List<Step> steps, long arenaBytes, long weightBytes) {

    public PlanDescription {
        steps = List.copyOf(steps);
    }

    /**
     * One step.
     *
     * @param name of the node
     * @param operation what is done, with what is fused into it: {@code conv 3x3 g32 biasRelu}
     * @param kernel the schedule that runs; empty where there is no choice
     * @param layout of the result: {@code 128x56x56 /16 permuted padded}, in blocks of 16 slots
     * @param multiplyAdds 0 for anything but convolutions and matrix products
     * @param bytes read and written, weights included
     * @param microseconds the best of the runs that were timed
     */
    public record Step(
            String name,
            String operation,
            String kernel,
            String layout,
            long multiplyAdds,
            long bytes,
            OptionalDouble microseconds) {}

    static Step describe(PlanStep step, String kernel, OptionalDouble microseconds) {
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
                kernel,
                step.writes().isEmpty() ? "" : layout(step.writes().get(0).layout()),
                multiplyAdds(step),
                step instanceof PlanStep.ClearPadding ? 0 : bytes + weightBytes(step),
                microseconds);
    }

    private static String operation(PlanStep step) {
        if (step instanceof PlanStep.Convolve convolve) {
            ConvWorkload workload = convolve.plan().workload();
            return "conv " + workload.window().kernelHeight() + "x"
                    + workload.window().kernelWidth()
                    + (workload.groups() > 1 ? " g" + workload.groups() : "") + " "
                    + workload.epilogue().label();
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
            return reorder.movesChannels() ? "reorder" : "copy";
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
        boolean plain = order.equals(ChannelOrder.contiguous(order.channels(), order.block()));
        return text + " /" + order.block() + (plain ? "" : " permuted") + empty + (layout.padded() ? " padded" : "");
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

    /** Packed weights and other constants of all steps, in bytes. */
    public static long weightBytes(Plan plan) {
        return plan.steps().stream().mapToLong(PlanDescription::weightBytes).sum();
    }

    static long weightBytes(PlanStep step) {
        long floats = 0;
        if (step instanceof PlanStep.Convolve convolve) {
            float[] bias = convolve.parameters().bias();
            floats = (long) convolve.parameters().weights().length + (bias == null ? 0 : bias.length);
        } else if (step instanceof PlanStep.Multiply multiply) {
            float[] bias = multiply.parameters().bias();
            floats = (long) multiply.parameters().weights().length + (bias == null ? 0 : bias.length);
        } else if (step instanceof PlanStep.Affine affine) {
            floats = 2L * affine.scale().length;
        }
        return Float.BYTES * floats;
    }
}
