package dev.lanewise.kernels.conv;

import dev.lanewise.kernels.elementwise.BlockedAffine;
import dev.lanewise.kernels.tensor.BlockedLayout;
import dev.lanewise.kernels.tensor.Window;
import dev.lanewise.kernels.workload.ConvParameters;
import dev.lanewise.kernels.workload.Prologue;
import java.util.Arrays;
import java.util.Optional;

/**
 * Applies the prologue to what a band of output rows reads, in a copy that is still in the second-level cache when the band
 * is computed from it. Around the image the copy has zeros: a prologue does not touch padding, as a normalisation before a
 * padded convolution does not.
 */
final class PrologueBands {

    /** Of a copy: half of a second-level cache of 256 KB. */
    private static final int BAND_FLOATS = 32 * 1024;

    private final ConvPlan plan;
    private final BlockedLayout copy;
    private final BlockedAffine affine;
    private final float[] scale;
    private final float[] shift;

    PrologueBands(ConvPlan plan, Schedule schedule, ConvParameters parameters) {
        Prologue prologue = plan.workload().prologue();
        BlockedLayout input = plan.input();
        this.plan = plan;
        copy = source(plan, schedule.bandRows());
        affine = BlockedAffine.of(prologue.activation(), input.block(), Optional.of(schedule.width()));
        // fma(x, 1, -0) is x, whatever the sign of a zero; without an affine part the activation sees the input as it
        // is.
        scale = BlockedAffine.bySlot(parameters.scale(), 1, input);
        shift = BlockedAffine.bySlot(parameters.shift(), -0f, input);
    }

    static boolean isWanted(ConvPlan plan) {
        return !plan.workload().prologue().equals(Prologue.NONE) && plan.algorithm() != Algorithm.WINOGRAD;
    }

    /**
     * What the kernels of a plan read, where its bands have so many output rows: the input, or a copy of the rows that one
     * band reads, the first of them at row 0.
     */
    static BlockedLayout source(ConvPlan plan, int bandRows) {
        if (!isWanted(plan)) {
            return plan.input();
        }
        Window window = plan.workload().window();
        int rows = (bandRows - 1) * window.strideHeight() + window.extentHeight();
        int columns = (plan.workload().outputWidth() - 1) * window.strideWidth() + window.extentWidth();
        int width = plan.workload().width();
        int right = Math.max(0, columns - window.padLeft() - width);
        return new BlockedLayout(1, plan.input().order(), rows, width, 0, window.padLeft(), 0, right);
    }

    /** A schedule with bands of which a copy stays in the cache, unless more weights would then be read again than input. */
    static Schedule limited(ConvPlan plan, Schedule schedule) {
        if (!isWanted(plan)) {
            return schedule;
        }
        int height = plan.workload().outputHeight();
        long weights = plan.workload().weightsShape().size();
        for (int parts = 1; parts <= height; parts++) {
            int rows = Math.min((height - 1) / parts + 1, schedule.bandRows());
            boolean fits = source(plan, rows).size() <= BAND_FLOATS;
            Schedule limited = schedule.withBandRows(rows);
            if (fits && Schedules.isLegal(plan, limited)) {
                return weights * (parts - 1)
                                <= plan.input().size() / plan.input().batch()
                        ? limited
                        : schedule;
            }
        }
        return schedule;
    }

    /** Floats of a copy. */
    int floats() {
        return copy.size();
    }

    /** Zeros beside the rows of a copy, once for all bands. */
    void clearPadding(float[] data, int base) {
        copy.clearPadding(data, base);
    }

    /** Copies what output rows {@code from} to {@code to - 1} of an image read. */
    void fill(float[] input, int inputBase, int image, int from, int to, float[] data, int base) {
        Window window = plan.workload().window();
        BlockedLayout in = plan.input();
        int first = from * window.strideHeight() - window.padTop();
        int end = (to - 1) * window.strideHeight() - window.padTop() + window.extentHeight();
        int firstOfImage = Math.min(Math.max(first, 0), end);
        int endOfImage = Math.max(Math.min(end, in.height()), firstOfImage);
        for (int block = 0; block < in.order().blocks(); block++) {
            int target = base + block * copy.blockPitch();
            if (first < firstOfImage) {
                Arrays.fill(data, target, target + (firstOfImage - first) * copy.rowPitch(), 0);
            }
            if (endOfImage < end) {
                int below = target + (endOfImage - first) * copy.rowPitch();
                Arrays.fill(data, below, below + (end - endOfImage) * copy.rowPitch(), 0);
            }
            affine.run(
                    input,
                    inputBase + in.offset(image, block, firstOfImage, 0),
                    in,
                    scale,
                    shift,
                    block,
                    data,
                    base + copy.offset(0, block, firstOfImage - first, 0),
                    copy,
                    endOfImage - firstOfImage);
        }
    }
}
