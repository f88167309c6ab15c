package dev.lanewise.engine.compile;

import dev.lanewise.engine.ModelException;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.graph.TensorType;
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

    /**
     * Folding first: it leaves the nodes dead that only computed what has become a constant. Activations are named before
     * constants are folded into convolutions, which would take the 3 out of a hard swish, and convolutions take what they
     * can before it is looked for elsewhere.
     */
    private static final List<Pass> PASSES = List.of(
            ShapeFolding::apply,
            ConstantFolding::apply,
            DeadNodeRemoval::apply,
            IdentityRemoval::apply,
            BinaryRecognition::apply,
            ActivationRecognition::apply,
            GlobalPoolingRecognition::apply,
            PadFolding::apply,
            ScaleFolding::apply,
            ConvolutionFusion::apply,
            GemmFusion::apply,
            AffineRecognition::apply,
            BinaryFusion::apply,
            ShuffleRecognition::apply,
            DeadNodeRemoval::apply);

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

    /** What becomes possible with all shapes known, and changes no bit of a result. */
    private static final List<Pass> PASSES_FOR_SHAPES = List.of(
            ShapeFolding::apply,
            ConstantFolding::apply,
            IdentityRemoval::apply,
            ShuffleRecognition::apply,
            DeadNodeRemoval::apply);

    /**
     * A compiled graph for inputs of given types.
     *
     * @throws ModelException if a node cannot work on them
     */
    public static Compiled specialize(Graph graph, Map<String, TensorType> inputTypes) {
        Graph current = graph;
        for (Pass pass : PASSES_FOR_SHAPES) {
            current = pass.apply(current, ShapeInference.infer(current, inputTypes));
        }
        return new Compiled(current, ShapeInference.infer(current, inputTypes));
    }
}
