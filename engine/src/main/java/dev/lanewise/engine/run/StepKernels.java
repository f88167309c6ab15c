package dev.lanewise.engine.run;

import dev.lanewise.engine.graph.Node;
import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.conv.Convolution;
import dev.lanewise.kernels.conv.Schedule;
import dev.lanewise.kernels.elementwise.BlockedAffine;
import dev.lanewise.kernels.elementwise.BlockedBinary;
import dev.lanewise.kernels.elementwise.BlockedResize;
import dev.lanewise.kernels.elementwise.Softmax;
import dev.lanewise.kernels.elementwise.UnaryKernel;
import dev.lanewise.kernels.gemm.Gemm;
import dev.lanewise.kernels.packing.Packing;
import dev.lanewise.kernels.parallel.WorkerPool;
import dev.lanewise.kernels.pooling.Pooling;
import dev.lanewise.kernels.tensor.BlockedLayout;
import dev.lanewise.kernels.tensor.ChannelOrder;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** Finds the kernels for a plan's steps. */
final class StepKernels {

    private final String model;
    private final Optional<VectorWidth> width;

    /** @param width of all kernels but convolutions'; without one, plain loops */
    StepKernels(String model, Optional<VectorWidth> width) {
        this.model = model;
        this.width = width;
    }

    /** Any but a convolution. */
    Step step(PlanStep step) {
        if (step instanceof PlanStep.Pool pool) {
            return pool(pool, pooling(pool));
        } else if (step instanceof PlanStep.PoolImages pool) {
            return pool(pool, pooling(pool));
        } else if (step instanceof PlanStep.Affine affine) {
            return affine(affine);
        } else if (step instanceof PlanStep.Combine combine) {
            return combine(combine);
        } else if (step instanceof PlanStep.Activate activate) {
            return elements(activate, UnaryKernel.of(activate.activation(), width));
        } else if (step instanceof PlanStep.Apply apply) {
            return elements(apply, UnaryKernel.of(apply.function(), apply.alpha(), apply.beta(), width));
        } else if (step instanceof PlanStep.Multiply multiply) {
            return multiply(multiply);
        } else if (step instanceof PlanStep.Softmax softmax) {
            return softmax(softmax);
        } else if (step instanceof PlanStep.Resize resize) {
            return planes(resize, resizing(resize)::run);
        } else {
            return movement(step);
        }
    }

    private Step movement(PlanStep step) {
        if (step instanceof PlanStep.Reorder reorder) {
            Packing packing =
                    Packing.between(reorder.input().layout(), reorder.output().layout());
            return (workspace, pool) -> Step.share(
                    packing.blocks(),
                    pool,
                    (from, to) -> packing.run(
                            workspace.data(reorder.input()),
                            workspace.base(reorder.input()),
                            workspace.data(reorder.output()),
                            workspace.base(reorder.output()),
                            from,
                            to));
        } else if (step instanceof PlanStep.ClearPadding clear) {
            return (workspace, pool) -> clear.output()
                    .layout()
                    .clearPadding(workspace.data(clear.output()), workspace.base(clear.output()));
        } else if (step instanceof PlanStep.Load load) {
            Placed output = load.output();
            Packing packing = Packing.between(rowMajor(output.layout()), output.layout());
            return (workspace, pool) -> Step.share(
                    packing.blocks(),
                    pool,
                    (from, to) -> packing.run(
                            workspace.floats(load.tensor()),
                            0,
                            workspace.data(output),
                            workspace.base(output),
                            from,
                            to));
        } else if (step instanceof PlanStep.Store store) {
            return store(store);
        } else if (step instanceof PlanStep.Evaluate evaluate) {
            return (workspace, pool) -> evaluate(evaluate.node(), workspace);
        }
        throw new IllegalArgumentException("no kernel for " + step);
    }

    /** The step of a convolution that was chosen for it. */
    static Step convolve(PlanStep.Convolve step, Convolution convolution) {
        Placed residual = step.residual();
        return new Step() {
            @Override
            public void run(Workspace workspace, WorkerPool pool) {
                convolution.run(
                        workspace.data(step.input()),
                        workspace.base(step.input()),
                        residual == null ? null : workspace.data(residual),
                        residual == null ? 0 : workspace.base(residual),
                        workspace.data(step.output()),
                        workspace.base(step.output()),
                        pool);
            }

            @Override
            public String schedule() {
                return convolution.schedule().map(Schedule::label).orElse("scalar reference");
            }

            @Override
            public List<String> kernels() {
                return convolution.kernels();
            }

            @Override
            public OptionalDouble estimatedShareOfPeak() {
                return VectorWidth.preferred()
                        .map(convolution::estimatedShareOfPeak)
                        .orElseGet(OptionalDouble::empty);
            }
        };
    }

    private static Step pool(PlanStep.Mapping step, Pooling pooling) {
        pooling.warmUp();
        return Step.of(pooling.kernels(), planes(step, pooling::run));
    }

    private Pooling pooling(PlanStep.Pool step) {
        BlockedLayout in = step.input().layout();
        BlockedLayout out = step.output().layout();
        return switch (step.function()) {
            case MAX -> Pooling.max(in, out, step.window(), width);
            case AVERAGE -> Pooling.average(in, out, step.window(), false, width);
            case AVERAGE_WITH_PADDING -> Pooling.average(in, out, step.window(), true, width);
        };
    }

    private Pooling pooling(PlanStep.PoolImages step) {
        BlockedLayout in = step.input().layout();
        BlockedLayout out = step.output().layout();
        return switch (step.function()) {
            case MAX -> Pooling.globalMax(in, out, width);
            case AVERAGE -> Pooling.globalAverage(in, out, width);
        };
    }

    private BlockedResize resizing(PlanStep.Resize step) {
        return BlockedResize.of(
                step.method(),
                step.input().layout(),
                step.output().layout(),
                step.height(),
                step.width(),
                step.extrapolation(),
                width);
    }

    /** What kernels over planes have in common: an array and a base on either side, and a range of planes. */
    private interface PlaneKernel {
        void run(float[] input, int inputBase, float[] output, int outputBase, int from, int to);
    }

    private static Step planes(PlanStep.Mapping step, PlaneKernel kernel) {
        Placed in = step.input();
        Placed out = step.output();
        return (workspace, pool) -> Step.share(
                in.layout().batch() * in.layout().order().blocks(),
                pool,
                (from, to) -> kernel.run(
                        workspace.data(in), workspace.base(in), workspace.data(out), workspace.base(out), from, to));
    }

    private Step affine(PlanStep.Affine step) {
        BlockedLayout in = step.input().layout();
        BlockedLayout out = step.output().layout();
        float[] scale = BlockedAffine.bySlot(step.scale(), in);
        float[] shift = BlockedAffine.bySlot(step.shift(), in);
        BlockedAffine kernel = BlockedAffine.of(step.activation(), in.block(), width);
        return planes(
                step,
                (input, inputBase, output, outputBase, from, to) ->
                        kernel.run(input, inputBase, in, scale, shift, output, outputBase, out, from, to));
    }

    private Step combine(PlanStep.Combine step) {
        BlockedLayout y = step.output().layout();
        BlockedBinary kernel = BlockedBinary.of(
                step.function(), step.activation(), step.a().layout(), step.b().layout(), y, width);
        return (workspace, pool) -> Step.share(
                y.batch() * y.order().blocks(),
                pool,
                (from, to) -> kernel.run(
                        workspace.data(step.a()),
                        workspace.base(step.a()),
                        workspace.data(step.b()),
                        workspace.base(step.b()),
                        workspace.data(step.output()),
                        workspace.base(step.output()),
                        from,
                        to));
    }

    private static Step elements(PlanStep.Mapping step, UnaryKernel kernel) {
        BlockedLayout in = step.input().layout();
        BlockedLayout out = step.output().layout();
        int blocks = in.order().blocks();
        int floats = in.width() * in.block();
        return planes(step, (input, inputBase, output, outputBase, from, to) -> {
            for (int plane = from; plane < to; plane++) {
                for (int row = 0; row < in.height(); row++) {
                    int source = inputBase + in.offset(plane / blocks, plane % blocks, row, 0);
                    int target = outputBase + out.offset(plane / blocks, plane % blocks, row, 0);
                    kernel.run(input, source, output, target, floats);
                }
            }
        });
    }

    private Step multiply(PlanStep.Multiply step) {
        Placed in = step.input();
        Placed out = step.output();
        boolean inOnePiece = hasRowMajorImages(in.layout());
        Gemm gemm = inOnePiece
                ? Gemm.of(step.parameters(), step.activation(), width)
                : Gemm.ofImages(step.parameters(), step.activation(), in.layout(), width);
        gemm.warmUp();
        return Step.of(
                gemm.kernels(),
                (workspace, pool) -> Step.share(
                        gemm.panels(),
                        pool,
                        (from, to) -> gemm.run(
                                workspace.data(in),
                                workspace.base(in),
                                in.layout().imagePitch(),
                                workspace.data(out),
                                workspace.base(out),
                                out.layout().imagePitch(),
                                in.layout().batch(),
                                from,
                                to)));
    }

    private Step softmax(PlanStep.Softmax step) {
        Softmax kernel = Softmax.of(width);
        Placed in = step.input();
        Placed out = step.output();
        return (workspace, pool) -> kernel.run(
                workspace.data(in),
                workspace.base(in),
                workspace.data(out),
                workspace.base(out),
                in.layout().batch(),
                in.layout().order().channels());
    }

    private static Step store(PlanStep.Store step) {
        Placed in = step.input();
        if (hasRowMajorImages(in.layout())) {
            return (workspace, pool) -> {
                float[] data = new float[step.shape().size()];
                int image = data.length / in.layout().batch();
                for (int i = 0; i < in.layout().batch(); i++) {
                    int from = workspace.base(in) + i * in.layout().imagePitch();
                    System.arraycopy(workspace.data(in), from, data, i * image, image);
                }
                workspace.put(step.tensor(), FloatTensor.of(step.shape(), data));
            };
        }
        Packing packing = Packing.between(in.layout(), rowMajor(in.layout()));
        return (workspace, pool) -> {
            float[] data = new float[step.shape().size()];
            Step.share(
                    packing.blocks(),
                    pool,
                    (from, to) -> packing.run(workspace.data(in), workspace.base(in), data, 0, from, to));
            workspace.put(step.tensor(), FloatTensor.of(step.shape(), data));
        };
    }

    private void evaluate(Node node, Workspace workspace) {
        List<@Nullable Tensor> arguments = new ArrayList<>();
        for (String input : node.inputs()) {
            arguments.add(workspace.tensor(input));
        }
        List<Tensor> outputs = ReferenceExecutor.evaluate(model, node, arguments);
        for (int i = 0; i < node.outputs().size(); i++) {
            if (!node.outputs().get(i).isEmpty()) {
                workspace.put(node.outputs().get(i), outputs.get(i));
            }
        }
    }

    /** The layout of a row-major tensor {@code [batch, channels, height, width]}. */
    static BlockedLayout rowMajor(BlockedLayout layout) {
        return BlockedLayout.of(
                layout.batch(), ChannelOrder.contiguous(layout.order().channels(), 1), layout.height(), layout.width());
    }

    /**
     * Whether the elements of each image lie as in a row-major tensor: also those of single pixels whose channels lie in
     * order, in blocks of which the last may have empty slots.
     */
    private static boolean hasRowMajorImages(BlockedLayout layout) {
        ChannelOrder order = layout.order();
        boolean pixel = layout.height() == 1 && layout.width() == 1;
        return !layout.padded()
                && (pixel || order.block() == 1)
                && order.equals(ChannelOrder.contiguous(order.channels(), order.block()));
    }
}
