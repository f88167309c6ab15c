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

    private record NamedPass(String name, Pass pass) {}

    /** Learns of every pass, in their order. */
    @FunctionalInterface
    public interface PassListener {
        void applied(String pass, Graph before, Graph after);
    }

    /**
     * Folding first: it leaves the nodes dead that only computed what has become a constant. Activations are named before
     * constants are folded into convolutions, which would take the 3 out of a hard swish, and convolutions take what they
     * can before it is looked for elsewhere.
     */
    private static final List<NamedPass> PASSES = List.of(
            new NamedPass("ShapeFolding", ShapeFolding::apply),
            new NamedPass("ConstantFolding", ConstantFolding::apply),
            new NamedPass("DeadNodeRemoval", DeadNodeRemoval::apply),
            new NamedPass("IdentityRemoval", IdentityRemoval::apply),
            new NamedPass("BinaryRecognition", BinaryRecognition::apply),
            new NamedPass("ActivationRecognition", ActivationRecognition::apply),
            new NamedPass("GlobalPoolingRecognition", GlobalPoolingRecognition::apply),
            new NamedPass("PadFolding", PadFolding::apply),
            new NamedPass("ScaleFolding", ScaleFolding::apply),
            new NamedPass("ConvolutionFusion", ConvolutionFusion::apply),
            new NamedPass("GemmFusion", GemmFusion::apply),
            new NamedPass("AffineRecognition", AffineRecognition::apply),
            new NamedPass("PrologueFusion", PrologueFusion::apply),
            new NamedPass("BinaryFusion", BinaryFusion::apply),
            new NamedPass("ShuffleRecognition", ShuffleRecognition::apply),
            new NamedPass("DeadNodeRemoval", DeadNodeRemoval::apply));

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
        return compile(graph, (name, before, after) -> {});
    }

    /** As {@link #compile(Graph)}, and tells what each pass has made of the graph. */
    public static Compiled compile(Graph graph, PassListener listener) {
        Graph current = graph;
        for (NamedPass pass : PASSES) {
            Graph next = pass.pass().apply(current, ShapeInference.infer(current));
            listener.applied(pass.name(), current, next);
            current = next;
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
