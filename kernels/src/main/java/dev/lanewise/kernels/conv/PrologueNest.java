package dev.lanewise.kernels.conv;

import dev.lanewise.kernels.codegen.WarmUp;
import dev.lanewise.kernels.elementwise.BlockedAffine;
import dev.lanewise.kernels.parallel.WorkerPool;
import dev.lanewise.kernels.tensor.Arena;
import dev.lanewise.kernels.tensor.BlockedLayout;
import dev.lanewise.kernels.workload.ConvParameters;
import dev.lanewise.kernels.workload.Prologue;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Applies the prologue to a copy of the whole input, then convolves the copy: for Winograd's nest, whose bands are not the
 * loop nest's. The padding of the copy is zero again: a prologue
 * does not touch it, as a normalisation before a padded convolution does not.
 */
final class PrologueNest implements Nest {

    private final BlockedLayout layout;
    private final BlockedAffine affine;
    private final float[] scale;
    private final float[] shift;
    private final Nest nest;

    PrologueNest(ConvPlan plan, Schedule schedule, ConvParameters parameters, Nest nest) {
        Prologue prologue = plan.workload().prologue();
        this.layout = plan.input();
        this.nest = nest;
        affine = BlockedAffine.of(prologue.activation(), layout.block(), Optional.of(schedule.width()));
        // fma(x, 1, -0) is x, whatever the sign of a zero; without an affine part the activation sees the input as it
        // is.
        scale = BlockedAffine.bySlot(parameters.scale(), 1, layout);
        shift = BlockedAffine.bySlot(parameters.shift(), -0f, layout);
    }

    @Override
    public List<WarmUp> warmUps() {
        return nest.warmUps();
    }

    @Override
    public void run(
            float[] input,
            int inputBase,
            float[] residual,
            int residualBase,
            @Nullable BlockedLayout residualLayout,
            float[] output,
            int outputBase,
            WorkerPool pool) {
        Arena scratch = ScratchArenas.SHARED.take(layout.size());
        try {
            float[] copy = scratch.data();
            int base = scratch.base();
            layout.clearPadding(copy, base);
            int planes = layout.batch() * layout.order().blocks();
            int tasks = Math.min(planes, pool.threads());
            if (tasks == 1) {
                affine.run(input, inputBase, layout, scale, shift, copy, base, layout);
            } else {
                pool.map(tasks, task -> {
                    int from = (int) ((long) planes * task / tasks);
                    int to = (int) ((long) planes * (task + 1) / tasks);
                    affine.run(input, inputBase, layout, scale, shift, copy, base, layout, from, to);
                    return task;
                });
            }
            nest.run(copy, base, residual, residualBase, residualLayout, output, outputBase, pool);
        } finally {
            ScratchArenas.SHARED.giveBack(scratch);
        }
    }
}
