package dev.lanewise.engine.run;

import dev.lanewise.kernels.conv.Algorithm;
import dev.lanewise.kernels.conv.ConvPlan;
import dev.lanewise.kernels.conv.Convolution;
import dev.lanewise.kernels.tensor.BlockedLayout;
import dev.lanewise.kernels.tensor.Window;
import dev.lanewise.kernels.workload.ConvWorkload;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * An expansion and the depthwise convolution that reads it, in turns: some rows of the one, then those rows of the other that
 * need no more. What the first writes is then still in the second-level cache when the second reads it.
 */
final class BandedPair {

    /**
     * Of an image between the two, in bytes, from which on this pays: 0.95 to 0.98 of the time with 1.9 and 4.8 MB where the
     * second-level cache has 512 KB; but 1.02 to 1.04 with 0.6 to 1 MB, of which that cache still holds the better part.
     */
    private static final long LEAST_BYTES = 3 << 19;

    /** Of the rows that the expansion is ahead. */
    private static final int BAND_BYTES = 384 << 10;

    /**
     * A step with what computes it.
     *
     * @param number of the step in its plan
     */
    private record Layer(int number, PlanStep.Convolve step, Convolution convolution) {

        void runRows(Workspace workspace, int image, int from, int to) {
            convolution.runRows(
                    workspace.data(step.input()),
                    workspace.base(step.input()),
                    workspace.data(step.output()),
                    workspace.base(step.output()),
                    image,
                    from,
                    to);
        }
    }

    private final Layer expansion;
    private final Layer depthwise;

    private BandedPair(Layer expansion, Layer depthwise) {
        this.expansion = expansion;
        this.depthwise = depthwise;
    }

    /**
     * The pairs of a plan, each by the number of its depthwise convolution's step.
     *
     * @param convolutions of the plan's convolving steps, in their order
     */
    static Map<Integer, BandedPair> find(Plan plan, List<Convolution> convolutions) {
        Map<Integer, BandedPair> pairs = new HashMap<>();
        Iterator<Convolution> next = convolutions.iterator();
        Layer earlier = null;
        for (int i = 0; i < plan.steps().size(); i++) {
            PlanStep step = plan.steps().get(i);
            if (step instanceof PlanStep.Convolve convolve) {
                Layer layer = new Layer(i, convolve, next.next());
                if (earlier != null && follows(plan, earlier, layer)) {
                    pairs.put(i, new BandedPair(earlier, layer));
                }
                earlier = layer;
            } else if (!(step instanceof PlanStep.ClearPadding)) {
                earlier = null;
            }
        }
        return pairs;
    }

    /** The number of the step that the pair runs along with its own. */
    int expansionStep() {
        return expansion.number();
    }

    private static boolean follows(Plan plan, Layer expansion, Layer depthwise) {
        ConvPlan first = expansion.step().plan();
        Window window = first.workload().window();
        BlockedLayout between = first.output();
        return expansion.convolution().runsByRows()
                && depthwise.convolution().runsByRows()
                && first.algorithm() == Algorithm.POINTWISE
                && window.strideHeight() == 1
                && window.padTop() == 0
                && depthwise.step().plan().algorithm() == Algorithm.DEPTHWISE
                && depthwise.step().input().equals(expansion.step().output())
                && (long) between.imagePitch() * Float.BYTES >= LEAST_BYTES
                // The plan may have put what the second writes where the first one's input was.
                && !overlap(plan, expansion.step().input(), depthwise.step().output());
    }

    private static boolean overlap(Plan plan, Placed a, Placed b) {
        Plan.Storage at = plan.storages().get(a.storage());
        Plan.Storage bt = plan.storages().get(b.storage());
        return at.constant() == null
                && bt.constant() == null
                && at.arenaOffset() < bt.arenaOffset() + bt.floats()
                && bt.arenaOffset() < at.arenaOffset() + at.floats();
    }

    /** Rows of the depthwise convolution in a band. */
    int rows() {
        Window window = depthwise.step().plan().workload().window();
        BlockedLayout between = depthwise.step().input().layout();
        int rowBytes = between.rowPitch() * between.order().blocks() * Float.BYTES;
        int ahead = BAND_BYTES / rowBytes;
        return Math.max(1, (ahead - window.extentHeight()) / window.strideHeight() + 1);
    }

    void run(Workspace workspace) {
        ConvWorkload workload = depthwise.step().plan().workload();
        Window window = workload.window();
        int rows = rows();
        int height = workload.outputHeight();
        for (int image = 0; image < workload.batch(); image++) {
            int done = 0;
            for (int from = 0; from < height; from += rows) {
                int to = Math.min(from + rows, height);
                int needed = (to - 1) * window.strideHeight() - window.padTop() + window.extentHeight();
                int ready = to == height ? workload.height() : Math.min(Math.max(needed, done), workload.height());
                expansion.runRows(workspace, image, done, ready);
                depthwise.runRows(workspace, image, from, to);
                done = ready;
            }
        }
    }
}
