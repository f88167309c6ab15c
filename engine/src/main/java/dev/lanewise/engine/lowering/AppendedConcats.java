package dev.lanewise.engine.lowering;

import dev.lanewise.kernels.workload.Prologue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Concatenations that move nothing: some channels of an image pass by a branch and are joined with what it makes, as in
 * every unit of ShuffleNetV2. The branch writes its blocks behind those of the whole image, and the channels that passed by
 * stay where they are; the slots of the others are empty from then on. Convolutions find their input channels in a table and
 * do not mind how far apart they lie; whoever computes all slots of an image would, so nobody else may read such a one.
 */
final class AppendedConcats {

    /** Slots for each channel beyond which the channels are brought together again: what lies between is memory lost. */
    private static final int MOST_SPREAD = 8;

    private final Images images;
    private final Map<String, LoweredNode> makers = new HashMap<>();
    private final Map<String, List<LoweredNode>> readers = new HashMap<>();
    /** The image behind whose blocks a concatenation appends, by its output. */
    private final Map<String, String> bases = new HashMap<>();
    /** Blocks of every concatenation that appends. */
    private final Map<String, Integer> blocks = new HashMap<>();
    /** Parts that keep the blocks of the whole. */
    private final Set<String> whole = new HashSet<>();
    /** Images with empty slots between their channels. */
    private final Set<String> sparse = new HashSet<>();

    AppendedConcats(Images images, List<LoweredNode> nodes) {
        this.images = images;
        for (LoweredNode node : nodes) {
            node.writes().forEach(value -> makers.put(value, node));
            node.reads().forEach(value -> readers.computeIfAbsent(value, any -> new ArrayList<>())
                    .add(node));
        }
        for (LoweredNode node : nodes) {
            if (node instanceof LoweredNode.Concat concat) {
                append(concat);
            } else if (isAlias(node) && sparse.contains(node.reads().get(0))) {
                sparse.addAll(node.writes());
            }
        }
    }

    /** The image behind whose blocks a concatenation's other inputs are appended; null if they are not. */
    @Nullable
    String base(LoweredNode.Concat node) {
        return bases.get(node.output());
    }

    /** Whether a part has all blocks of the image that it is a part of. */
    boolean keepsWhole(String part) {
        return whole.contains(part);
    }

    /** Whether an image has so many empty slots that only convolutions with a table may read it where it is. */
    boolean isSparse(String value) {
        return sparse.contains(value);
    }

    private void append(LoweredNode.Concat node) {
        String first = node.inputs().get(0);
        String base = base(first);
        boolean othersAreMade = node.inputs().stream().skip(1).noneMatch(input -> isAlias(makers.get(input)));
        if (base == null || bases.containsValue(base) || !othersAreMade || !onlyConvolved(node.output())) {
            return;
        }
        int plain = node.inputs().stream().mapToInt(this::plainBlocks).sum();
        int appended = blocks.getOrDefault(base, plainBlocks(base)) + plain - plainBlocks(first);
        if (appended <= MOST_SPREAD * plain) {
            bases.put(node.output(), base);
            blocks.put(node.output(), appended);
            whole.add(first);
            sparse.add(node.output());
        }
    }

    /**
     * The image that a part, which nothing but one concatenation reads, was taken from; null if there is none. What sums
     * join it with might demand another order of it than of the part.
     */
    private @Nullable String base(String value) {
        if (!(makers.get(value) instanceof LoweredNode.Part part)
                || readersOf(value).size() > 1) {
            return null;
        }
        String base = part.input();
        while (makers.get(base) instanceof LoweredNode.Relabel relabel) {
            base = relabel.input();
        }
        LoweredNode maker = makers.get(base);
        boolean blocked = maker instanceof LoweredNode.Concat || maker instanceof LoweredNode.Convolve;
        return blocked && onlyConvolved(base) ? base : null;
    }

    /** Whether all that reads an image, or a part of it, are convolutions and other concatenations. */
    private boolean onlyConvolved(String value) {
        for (LoweredNode reader : readersOf(value)) {
            boolean fine;
            if (reader instanceof LoweredNode.Convolve convolve) {
                // A prologue copies all slots, empty ones too.
                fine = !value.equals(convolve.residual())
                        && convolve.workload().prologue().equals(Prologue.NONE);
            } else if (reader instanceof LoweredNode.Relabel || reader instanceof LoweredNode.Part) {
                fine = onlyConvolved(reader.writes().get(0));
            } else {
                fine = reader instanceof LoweredNode.Concat;
            }
            if (!fine) {
                return false;
            }
        }
        return true;
    }

    private List<LoweredNode> readersOf(String value) {
        return readers.getOrDefault(value, List.of());
    }

    private static boolean isAlias(@Nullable LoweredNode node) {
        return node instanceof LoweredNode.Relabel
                || node instanceof LoweredNode.Part
                || node instanceof LoweredNode.View;
    }

    private int plainBlocks(String value) {
        return (images.shape(value).orElseThrow().dim(1) - 1) / ChannelOrders.BLOCK + 1;
    }
}
