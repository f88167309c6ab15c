package dev.lanewise.engine.compile;

import dev.lanewise.engine.ModelException;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.graph.ValueFact;
import java.util.List;
import java.util.Map;

/** Turns the graph of a file into the one that runs: the passes, in their order. */
public final class Compiler {

    /** From a graph, and what is known of its values, to a better one that computes the same outputs. */
    @FunctionalInterface
    interface Pass {
        Graph apply(Graph graph, Map<String, ValueFact> facts);
    }

    /** Folding first: it leaves the nodes dead that only computed what has become a constant. */
    private static final List<Pass> PASSES =
            List.of(ShapeFolding::apply, ConstantFolding::apply, DeadNodeRemoval::apply);

    private Compiler() {}

    /**
     * A graph ready to run, and what is known of its values.
     */
    public record Compiled(Graph graph, Map<String, ValueFact> facts) {}

    /**
     * Compiles a graph.
     *
     * @throws ModelException if a node cannot work on its inputs
     */
    public static Compiled compile(Graph graph) {
        Graph current = graph;
        for (Pass pass : PASSES) {
            current = pass.apply(current, ShapeInference.infer(current));
        }
        return new Compiled(current, ShapeInference.infer(current));
    }
}
