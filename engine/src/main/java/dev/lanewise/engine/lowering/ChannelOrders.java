package dev.lanewise.engine.lowering;

import dev.lanewise.kernels.conv.Algorithm;
import dev.lanewise.kernels.conv.ConvPlan;
import dev.lanewise.kernels.tensor.ChannelOrder;
import dev.lanewise.kernels.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Chooses the channel order of every image, so that the fewest bytes have to be reordered: what pooling, sums and
 * elementwise functions join forms a class of one order; the convolutions that read or write a class demand one, each with
 * the weight of the tensor that it would otherwise reorder; the heaviest demand wins. Dense convolutions demand nothing, as
 * the order of what they read and write only permutes their weights.
 */
final class ChannelOrders {

    /** Slots of a block wherever several images' channels may come to lie side by side. */
    static final int BLOCK = 16;

    private final Images images;
    private final AppendedConcats appended;
    private final OrderClasses classes = new OrderClasses();
    private final List<Demand> demands = new ArrayList<>();
    private final Map<String, List<Demand>> demandsByRoot = new HashMap<>();
    private final Map<String, ChannelOrder> resolved = new HashMap<>();
    private final Set<String> inProgress = new HashSet<>();
    /** What convolutions write, always in blocks of several channels. */
    private final Set<String> convolved = new HashSet<>();

    /** @param order under the numbers of {@code value} */
    private record Demand(String value, Supplier<ChannelOrder> order, long bytes) {}

    ChannelOrders(Images images, AppendedConcats appended, List<LoweredNode> nodes) {
        this.images = images;
        this.appended = appended;
        for (LoweredNode node : nodes) {
            for (String value : node.reads()) {
                classes.add(value, channels(value));
            }
            for (String value : node.writes()) {
                classes.add(value, channels(value));
            }
            if (node instanceof LoweredNode.Convolve) {
                convolved.addAll(node.writes());
            }
        }
        nodes.forEach(this::constrain);
        for (Demand demand : demands) {
            demandsByRoot
                    .computeIfAbsent(classes.root(demand.value()), any -> new ArrayList<>())
                    .add(demand);
        }
        // What a node's order follows from comes before it: one after another, they are settled without deep recursion.
        nodes.stream().flatMap(node -> node.writes().stream()).forEach(this::of);
    }

    /** The order in which the channels of a value lie. */
    ChannelOrder of(String value) {
        String root = classes.root(value);
        return OrderClasses.relabel(ofRoot(root), OrderClasses.inverse(classes.inRoot(value)));
    }

    AppendedConcats appended() {
        return appended;
    }

    private void constrain(LoweredNode node) {
        if (node instanceof LoweredNode.Convolve convolve) {
            constrain(convolve);
        } else if (node instanceof LoweredNode.Combine combine) {
            classes.union(combine.a(), combine.output());
            classes.union(combine.b(), combine.output());
        } else if (node instanceof LoweredNode.Relabel relabel) {
            classes.union(relabel.output(), relabel.input(), relabel.source());
        } else if (node instanceof LoweredNode.Concat concat) {
            demand(concat.output(), () -> joined(concat.inputs()));
            // Channels of several inputs cannot lie side by side in blocks of different sizes.
            concat.inputs().stream()
                    .filter(input -> !appended.keepsWhole(input))
                    .forEach(input -> demand(input, () -> ChannelOrder.contiguous(channels(input), BLOCK)));
        } else if (node instanceof LoweredNode.Part part) {
            demand(part.output(), () -> part(part, of(part.input())));
        } else if (node instanceof LoweredNode.Multiply multiply) {
            demand(multiply.output(), () -> ChannelOrder.contiguous(channels(multiply.output()), 1));
        } else if (node instanceof LoweredNode.Softmax softmax) {
            // Nothing of its input: a matrix is reordered sooner than the images that it was pooled from.
            demand(softmax.output(), () -> ChannelOrder.contiguous(channels(softmax.output()), 1));
        } else if (node instanceof LoweredNode.Mapping mapping
                && !mapping.writes().isEmpty()) {
            classes.union(mapping.input(), mapping.output());
        }
    }

    private void constrain(LoweredNode.Convolve node) {
        if (node.residual() != null) {
            classes.union(node.residual(), node.output());
        }
        boolean lanesAreGroups =
                node.algorithm() == Algorithm.LANES_OVER_GROUPS || node.algorithm() == Algorithm.DEPTHWISE;
        boolean anyOrder = ConvPlan.anyOrderOfGroups(node.workload(), node.algorithm());
        if (anyOrder && appended.isSparse(node.input())) {
            demand(node.output(), () -> dense(of(node.input())));
        } else if (anyOrder) {
            classes.union(node.input(), node.output());
        } else if (lanesAreGroups) {
            demand(node.input(), () -> ConvPlan.inputOrder(node.workload(), node.algorithm()));
            demand(node.output(), () -> ConvPlan.outputOrder(node.workload(), node.algorithm()));
        } else if (node.algorithm() == Algorithm.FIRST_LAYER && !convolved.contains(node.input())) {
            demand(node.input(), () -> ConvPlan.inputOrder(node.workload(), node.algorithm()));
        }
        if (!lanesAreGroups && node.workload().groups() > 1) {
            demand(node.output(), () -> ConvPlan.outputOrder(node.workload(), node.algorithm()));
        }
    }

    private void demand(String value, Supplier<ChannelOrder> order) {
        long bytes = images.shape(value).map(Shape::size).orElse(0);
        demands.add(new Demand(value, order, bytes));
    }

    private ChannelOrder ofRoot(String root) {
        ChannelOrder known = resolved.get(root);
        if (known != null) {
            return known;
        }
        if (!inProgress.add(root)) {
            // A part of what it is itself a part of: somebody has to begin.
            return byDefault(channels(root));
        }
        Map<ChannelOrder, Long> weights = new LinkedHashMap<>();
        demandsByRoot
                .getOrDefault(root, List.of())
                .forEach(demand -> weights.merge(
                        OrderClasses.relabel(demand.order().get(), classes.inRoot(demand.value())),
                        demand.bytes(),
                        Long::sum));
        ChannelOrder heaviest = byDefault(channels(root));
        long most = 0;
        for (Map.Entry<ChannelOrder, Long> entry : weights.entrySet()) {
            if (entry.getValue() > most) {
                most = entry.getValue();
                heaviest = entry.getKey();
            }
        }
        inProgress.remove(root);
        resolved.put(root, heaviest);
        return heaviest;
    }

    /**
     * The orders of several values, one after another, each beginning on a block: their own, or channels as they come where
     * an input has other blocks or many empty slots.
     */
    ChannelOrder joined(List<String> values) {
        List<ChannelOrder> orders = values.stream().map(this::inConcat).toList();
        int[] joined = new int[orders.stream().mapToInt(ChannelOrder::slots).sum()];
        int slot = 0;
        int first = 0;
        for (ChannelOrder order : orders) {
            for (int i = 0; i < order.slots(); i++) {
                int channel = order.channel(i);
                joined[slot++] = channel == ChannelOrder.EMPTY ? ChannelOrder.EMPTY : first + channel;
            }
            first += order.channels();
        }
        return ChannelOrder.of(BLOCK, joined);
    }

    /** The order in which a value becomes part of another. */
    ChannelOrder inConcat(String value) {
        ChannelOrder own = of(value);
        ChannelOrder plain = ChannelOrder.contiguous(own.channels(), BLOCK);
        boolean fits = own.slots() == plain.slots() || appended.keepsWhole(value);
        return own.block() == BLOCK && fits ? own : plain;
    }

    /** Whether a part lies in a concatenation as it lies in the image that it is a part of. */
    boolean isWithin(String whole, String part) {
        ChannelOrder order = of(whole);
        ChannelOrder its = inConcat(part);
        return its.block() == order.block() && its.slots() == order.slots();
    }

    /** The blocks that a part has of an image in that order, with the slots of other channels empty. */
    ChannelOrder part(LoweredNode.Part node, ChannelOrder whole) {
        int count = channels(node.output());
        int[] channels = new int[whole.slots()];
        int last = 0;
        for (int slot = 0; slot < channels.length; slot++) {
            boolean in = isIn(whole.channel(slot), node.first(), count);
            channels[slot] = in ? whole.channel(slot) - node.first() : ChannelOrder.EMPTY;
            last = in ? slot : last;
        }
        if (appended.keepsWhole(node.output())) {
            return ChannelOrder.of(whole.block(), channels);
        }
        int from = firstBlock(node, whole) * whole.block();
        int to = (last / whole.block() + 1) * whole.block();
        return ChannelOrder.of(whole.block(), Arrays.copyOfRange(channels, from, to));
    }

    /** The first block that a part has of an image in that order. */
    int firstBlock(LoweredNode.Part node, ChannelOrder whole) {
        if (appended.keepsWhole(node.output())) {
            return 0;
        }
        int slot = 0;
        while (!isIn(whole.channel(slot), node.first(), channels(node.output()))) {
            slot++;
        }
        return slot / whole.block();
    }

    /** An order without its empty slots but for some at the end: whole runs of lanes are moved to bring channels together. */
    static ChannelOrder dense(ChannelOrder sparse) {
        int[] channels = new int[(sparse.channels() - 1) / sparse.block() * sparse.block() + sparse.block()];
        Arrays.fill(channels, ChannelOrder.EMPTY);
        int next = 0;
        for (int slot = 0; slot < sparse.slots(); slot++) {
            if (sparse.channel(slot) != ChannelOrder.EMPTY) {
                channels[next++] = sparse.channel(slot);
            }
        }
        return ChannelOrder.of(sparse.block(), channels);
    }

    private static boolean isIn(int channel, int first, int count) {
        return channel >= first && channel < first + count;
    }

    private static ChannelOrder byDefault(int channels) {
        return ChannelOrder.contiguous(channels, channels <= 4 ? 4 : channels <= 8 ? 8 : BLOCK);
    }

    private int channels(String value) {
        return images.shape(value)
                .orElseThrow(() -> new IllegalStateException("'" + value + "' is no image"))
                .dim(1);
    }
}
