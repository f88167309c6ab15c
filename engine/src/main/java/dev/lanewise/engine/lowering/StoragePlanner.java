package dev.lanewise.engine.lowering;

import dev.lanewise.engine.run.Placed;
import dev.lanewise.engine.run.Plan;
import dev.lanewise.engine.run.PlanStep;
import dev.lanewise.kernels.conv.Algorithm;
import dev.lanewise.kernels.tensor.Arena;
import dev.lanewise.kernels.tensor.BlockedLayout;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Pieces of memory, and where in the arena they come to lie: those that are in use at the same time never overlap. */
final class StoragePlanner {

    /** @param data of a constant */
    private record Piece(BlockedLayout layout, float @Nullable [] data) {}

    /** The first and the last step that use a piece. */
    private static final class Life {
        private int first = Integer.MAX_VALUE;
        private int last = -1;

        boolean overlaps(Life other) {
            return first <= other.last && other.first <= last;
        }
    }

    private final List<Piece> pieces = new ArrayList<>();

    /** A new piece of memory, for a tensor of this layout. */
    Placed add(BlockedLayout layout) {
        pieces.add(new Piece(layout, null));
        return new Placed(pieces.size() - 1, 0, layout);
    }

    /** A constant, already in this layout. */
    Placed addConstant(BlockedLayout layout, float[] data) {
        pieces.add(new Piece(layout, data));
        return new Placed(pieces.size() - 1, 0, layout);
    }

    /** The whole piece in which a tensor lies. */
    Placed whole(Placed part) {
        return new Placed(part.storage(), 0, pieces.get(part.storage()).layout());
    }

    /**
     * Every piece with its place: the largest first, each at the lowest offset at which it meets no other of its time.
     *
     * @throws IllegalArgumentException if they do not fit into one arena
     */
    List<Plan.Storage> plan(List<PlanStep> steps) {
        Life[] lives = lives(steps);
        int[] offsets = new int[pieces.size()];
        List<Integer> placed = new ArrayList<>();
        List<Integer> bySize = IntStream.range(0, pieces.size())
                .boxed()
                .filter(piece -> pieces.get(piece).data() == null)
                .sorted(Comparator.comparing(piece -> -floats(piece)))
                .toList();
        for (int piece : bySize) {
            List<Integer> others = new ArrayList<>();
            // A plain loop: graphs of ten thousand nodes come by here.
            for (int other : placed) {
                if (lives[other].overlaps(lives[piece])) {
                    others.add(other);
                }
            }
            others.sort(Comparator.comparing(other -> offsets[other]));
            int offset = 0;
            for (int other : others) {
                if (end(offset, piece) <= offsets[other]) {
                    break;
                }
                offset = Math.max(offset, (int) end(offsets[other], other));
            }
            if (end(offset, piece) > Arena.MAX_CAPACITY) {
                throw new IllegalArgumentException("the images in use at the same time have more than the "
                        + Arena.MAX_CAPACITY + " elements that one arena can hold");
            }
            offsets[piece] = offset;
            placed.add(piece);
        }
        return IntStream.range(0, pieces.size())
                .mapToObj(piece -> new Plan.Storage(
                        floats(piece), offsets[piece], pieces.get(piece).data()))
                .toList();
    }

    private Life[] lives(List<PlanStep> steps) {
        Life[] lives =
                IntStream.range(0, pieces.size()).mapToObj(piece -> new Life()).toArray(Life[]::new);
        for (int step = 0; step < steps.size(); step++) {
            List<Placed> used = new ArrayList<>(steps.get(step).reads());
            used.addAll(steps.get(step).writes());
            for (Placed placed : used) {
                Life life = lives[placed.storage()];
                life.first = Math.min(life.first, step);
                life.last = Math.max(life.last, step);
            }
        }
        keepForBands(steps, lives);
        return lives;
    }

    /** What an expansion reads stays until the depthwise convolution has run, as both may run band by band. */
    private static void keepForBands(List<PlanStep> steps, Life[] lives) {
        Map<Placed, PlanStep.Convolve> expansions = new HashMap<>();
        for (int step = 0; step < steps.size(); step++) {
            if (!(steps.get(step) instanceof PlanStep.Convolve convolve)) {
                continue;
            }
            PlanStep.Convolve expansion = expansions.get(convolve.input());
            if (expansion != null && convolve.plan().algorithm() == Algorithm.DEPTHWISE) {
                Life life = lives[expansion.input().storage()];
                life.last = Math.max(life.last, step);
            }
            expansions.put(convolve.output(), convolve);
        }
    }

    /** The first offset behind a piece; perhaps beyond what an arena can have. */
    private long end(int offset, int piece) {
        return (long) offset + Arena.aligned(floats(piece));
    }

    private int floats(int piece) {
        return pieces.get(piece).layout().size();
    }
}
