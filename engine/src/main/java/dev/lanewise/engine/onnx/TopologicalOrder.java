package dev.lanewise.engine.onnx;

import dev.lanewise.engine.ModelException;
import dev.lanewise.engine.graph.Node;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.stream.Collectors;

/** Puts nodes into an order in which every value is made before it is read, as close to the file's order as possible. */
final class TopologicalOrder {

    /** The most nodes of a cycle that a message names. */
    private static final int MAX_NAMED = 8;

    private final String model;
    private final List<Node> nodes;
    private final Map<String, Integer> makers = new HashMap<>();

    /**
     * @param values all values of the graph
     * @throws ModelException if a node reads a value that is not among them
     */
    TopologicalOrder(String model, List<Node> nodes, Set<String> values) {
        this.model = model;
        this.nodes = nodes;
        for (int i = 0; i < nodes.size(); i++) {
            for (String output : nodes.get(i).outputs()) {
                makers.put(output, i);
            }
        }
        for (Node node : nodes) {
            for (String input : node.inputs()) {
                if (!input.isEmpty() && !values.contains(input)) {
                    throw new ModelException(model + ": " + node + " reads the value '" + input
                            + "', which no node, input or initializer makes");
                }
            }
        }
    }

    /** @throws ModelException if nodes wait for each other in a cycle */
    List<Node> sort() {
        List<List<Integer>> readers = new ArrayList<>();
        int[] waitingFor = new int[nodes.size()];
        nodes.forEach(node -> readers.add(new ArrayList<>()));
        for (int i = 0; i < nodes.size(); i++) {
            for (int maker : makersOf(i)) {
                readers.get(maker).add(i);
                waitingFor[i]++;
            }
        }
        PriorityQueue<Integer> ready = new PriorityQueue<>();
        for (int i = 0; i < waitingFor.length; i++) {
            if (waitingFor[i] == 0) {
                ready.add(i);
            }
        }
        List<Node> sorted = new ArrayList<>();
        BitSet done = new BitSet();
        while (!ready.isEmpty()) {
            int next = ready.remove();
            done.set(next);
            sorted.add(nodes.get(next));
            for (int reader : readers.get(next)) {
                if (--waitingFor[reader] == 0) {
                    ready.add(reader);
                }
            }
        }
        if (sorted.size() < nodes.size()) {
            throw new ModelException(model + ": the graph has a cycle: " + cycle(done));
        }
        return sorted;
    }

    private Set<Integer> makersOf(int node) {
        Set<Integer> indices = new LinkedHashSet<>();
        for (String input : nodes.get(node).inputs()) {
            Integer maker = makers.get(input);
            if (maker != null && !input.isEmpty()) {
                indices.add(maker);
            }
        }
        return indices;
    }

    /** Among nodes that could not be placed, going from a node to one that it waits for must come round in the end. */
    private String cycle(BitSet done) {
        Set<Integer> way = new LinkedHashSet<>();
        int node = done.nextClearBit(0);
        while (way.add(node)) {
            node = makersOf(node).stream()
                    .filter(maker -> !done.get(maker))
                    .findFirst()
                    .orElseThrow();
        }
        ArrayDeque<Integer> cycle = new ArrayDeque<>();
        boolean inside = false;
        for (int visited : way) {
            inside |= visited == node;
            if (inside) {
                cycle.addFirst(visited);
            }
        }
        String named = cycle.stream()
                .limit(MAX_NAMED)
                .map(index -> nodes.get(index).toString())
                .collect(Collectors.joining(" -> "));
        return named + (cycle.size() > MAX_NAMED ? " -> ... (" + cycle.size() + " nodes)" : "") + " -> "
                + nodes.get(cycle.getFirst());
    }
}
