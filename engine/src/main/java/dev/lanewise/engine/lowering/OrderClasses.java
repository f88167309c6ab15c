package dev.lanewise.engine.lowering;

import dev.lanewise.kernels.tensor.ChannelOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Values whose channels must lie in the same order, under the numbers that each of them has for its channels: a union-find
 * forest whose edges carry permutations.
 */
final class OrderClasses {

    /** @param numbers the number in the parent of each channel of the value */
    private record Link(String parent, int[] numbers) {}

    private final Map<String, Link> links = new HashMap<>();

    void add(String value, int channels) {
        links.putIfAbsent(value, new Link(value, identity(channels)));
    }

    /** The value whose order decides for all of the class. */
    String root(String value) {
        return toRoot(value).parent();
    }

    /** The number of each channel of a value in {@link #root}. */
    int[] inRoot(String value) {
        return toRoot(value).numbers();
    }

    /** As {@link #union(String, String, int[])}, channels having the same numbers. */
    boolean union(String value, String other) {
        return union(value, other, identity(inRoot(value).length));
    }

    /**
     * Puts two values into one class.
     *
     * @param inOther the number in {@code other} of each channel of {@code value}
     * @return whether they are; not so if they are already, in another way
     */
    boolean union(String value, String other, int[] inOther) {
        String root = root(value);
        String otherRoot = root(other);
        int[] there = compose(inOther, inRoot(other));
        int[] edge = compose(inverse(inRoot(value)), there);
        if (root.equals(otherRoot)) {
            return Arrays.equals(edge, identity(edge.length));
        }
        links.put(root, new Link(otherRoot, edge));
        return true;
    }

    /** Shortens the way for all values on it; without recursion, as it may be long. */
    private Link toRoot(String value) {
        List<String> way = new ArrayList<>();
        String next = value;
        while (!link(next).parent().equals(next)) {
            way.add(next);
            next = link(next).parent();
        }
        Link further = link(next);
        for (int i = way.size() - 1; i >= 0; i--) {
            further = new Link(next, compose(link(way.get(i)).numbers(), further.numbers()));
            links.put(way.get(i), further);
        }
        return further;
    }

    private Link link(String value) {
        Link link = links.get(value);
        if (link == null) {
            throw new IllegalStateException("no value named '" + value + "'");
        }
        return link;
    }

    /** An order with every channel under another number. */
    static ChannelOrder relabel(ChannelOrder order, int[] numbers) {
        int[] channels = new int[order.slots()];
        for (int slot = 0; slot < channels.length; slot++) {
            int channel = order.channel(slot);
            channels[slot] = channel == ChannelOrder.EMPTY ? ChannelOrder.EMPTY : numbers[channel];
        }
        return ChannelOrder.of(order.block(), channels);
    }

    static int[] inverse(int[] permutation) {
        int[] inverse = new int[permutation.length];
        for (int i = 0; i < inverse.length; i++) {
            inverse[permutation[i]] = i;
        }
        return inverse;
    }

    private static int[] identity(int count) {
        return IntStream.range(0, count).toArray();
    }

    private static int[] compose(int[] first, int[] second) {
        return IntStream.of(first).map(i -> second[i]).toArray();
    }
}
