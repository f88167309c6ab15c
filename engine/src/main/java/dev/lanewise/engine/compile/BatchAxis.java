package dev.lanewise.engine.compile;

import dev.lanewise.engine.graph.Activate;
import dev.lanewise.engine.graph.AveragePooling;
import dev.lanewise.engine.graph.BatchNormalization;
import dev.lanewise.engine.graph.Binary;
import dev.lanewise.engine.graph.Cast;
import dev.lanewise.engine.graph.ChannelAffine;
import dev.lanewise.engine.graph.ChannelShuffle;
import dev.lanewise.engine.graph.Clip;
import dev.lanewise.engine.graph.Concat;
import dev.lanewise.engine.graph.Convolution;
import dev.lanewise.engine.graph.DepthToSpace;
import dev.lanewise.engine.graph.Dimension;
import dev.lanewise.engine.graph.Dropout;
import dev.lanewise.engine.graph.Flatten;
import dev.lanewise.engine.graph.FusedBinary;
import dev.lanewise.engine.graph.FusedConvolution;
import dev.lanewise.engine.graph.FusedGemm;
import dev.lanewise.engine.graph.GlobalPooling;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.graph.GraphValue;
import dev.lanewise.engine.graph.Identity;
import dev.lanewise.engine.graph.InstanceNormalization;
import dev.lanewise.engine.graph.LocalResponseNormalization;
import dev.lanewise.engine.graph.MaxPooling;
import dev.lanewise.engine.graph.Node;
import dev.lanewise.engine.graph.Operator;
import dev.lanewise.engine.graph.Reshape;
import dev.lanewise.engine.graph.Softmax;
import dev.lanewise.engine.graph.SpaceToDepth;
import dev.lanewise.engine.graph.Split;
import dev.lanewise.engine.graph.Squeeze;
import dev.lanewise.engine.graph.Transpose;
import dev.lanewise.engine.graph.TransposedConvolution;
import dev.lanewise.engine.graph.Unary;
import dev.lanewise.engine.graph.Unsqueeze;
import dev.lanewise.engine.graph.ValueFact;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Whether a network treats the rows of a batch one by one, so that they may be run that way. */
public final class BatchAxis {

    private final Graph graph;
    private final Map<String, ValueFact> facts;
    private final Dimension batch;
    /** Values that have a row for each row of the inputs. */
    private final Set<String> batched = new HashSet<>();

    private BatchAxis(Graph graph, Map<String, ValueFact> facts, Dimension batch) {
        this.graph = graph;
        this.facts = facts;
        this.batch = batch;
    }

    /**
     * Whether every output's row {@code i} follows from the inputs' rows {@code i} alone. It is enough to be sure: of an
     * operator that is not known to keep rows apart, it is not assumed.
     *
     * @param facts with the batch size as a symbol
     */
    public static boolean rowsAreIndependent(Graph graph, Map<String, ValueFact> facts) {
        Optional<Dimension> batch = graph.inputs().stream()
                .findFirst()
                .map(GraphValue::name)
                .map(facts::get)
                .map(ValueFact::dimensions)
                .filter(dimensions ->
                        !dimensions.isEmpty() && !dimensions.get(0).isKnown())
                .map(dimensions -> dimensions.get(0));
        return batch.isPresent() && new BatchAxis(graph, facts, batch.get()).check();
    }

    private boolean check() {
        for (GraphValue input : graph.inputs()) {
            if (!beginsWithBatch(input.name())) {
                return false;
            }
            batched.add(input.name());
        }
        for (Node node : graph.nodes()) {
            List<String> outputs =
                    node.outputs().stream().filter(output -> !output.isEmpty()).toList();
            boolean rows = node.inputs().stream().anyMatch(batched::contains)
                    && outputs.stream().allMatch(this::beginsWithBatch)
                    && keepsRows(node, node.operator());
            if (!rows) {
                return false;
            }
            batched.addAll(outputs);
        }
        return graph.outputs().stream().allMatch(output -> batched.contains(output.name()));
    }

    /** Whether the first axis is the batch, and no other one grows with it. */
    private boolean beginsWithBatch(String value) {
        ValueFact fact = facts.get(value);
        List<Dimension> dimensions = fact == null ? null : fact.dimensions();
        return dimensions != null
                && !dimensions.isEmpty()
                && dimensions.get(0).equals(batch)
                && dimensions.subList(1, dimensions.size()).stream()
                        .noneMatch(dimension -> dimension.symbols().stream().anyMatch(batch.symbols()::contains));
    }

    private boolean keepsRows(Node node, Operator operator) {
        if (operator instanceof Binary binary) {
            return binary.axis().isEmpty() && operandsFit(node);
        } else if (operator instanceof FusedBinary) {
            return operandsFit(node);
        } else if (operator instanceof Concat concat) {
            return axisIsNot0(node, concat.axis()) && node.inputs().stream().allMatch(batched::contains);
        } else if (operator instanceof Split split) {
            return axisIsNot0(node, split.axis()) && onlyFirstIsBatched(node);
        } else if (operator instanceof Softmax softmax) {
            return axisIsNot0(node, softmax.axis());
        } else if (operator instanceof Transpose || operator instanceof Reshape) {
            return onlyFirstIsBatched(node) && (operator instanceof Reshape || movesOtherAxes(node));
        } else if (operator instanceof FusedConvolution fused && fused.residual()) {
            List<String> parameters = new ArrayList<>(node.inputs());
            parameters.remove(FusedConvolution.RESIDUAL);
            return batched.contains(parameters.remove(0)) && parameters.stream().noneMatch(batched::contains);
        }
        return isRowwise(operator) && onlyFirstIsBatched(node);
    }

    /** Whether the outputs' rows follow from the first input's rows, in an operator all of whose other inputs are constant. */
    private static boolean isRowwise(Operator operator) {
        return operator instanceof Activate
                || operator instanceof AveragePooling
                || operator instanceof BatchNormalization
                || operator instanceof Cast
                || operator instanceof ChannelAffine
                || operator instanceof ChannelShuffle
                || operator instanceof Clip
                || operator instanceof Convolution
                || operator instanceof DepthToSpace
                || operator instanceof Dropout
                || operator instanceof Flatten
                || operator instanceof FusedConvolution
                || operator instanceof FusedGemm
                || operator instanceof GlobalPooling
                || operator instanceof Identity
                || operator instanceof InstanceNormalization
                || operator instanceof LocalResponseNormalization
                || operator instanceof MaxPooling
                || operator instanceof SpaceToDepth
                || operator instanceof Squeeze
                || operator instanceof TransposedConvolution
                || operator instanceof Unary
                || operator instanceof Unsqueeze;
    }

    /** Operands with rows stand beside the output's rows, all others are the same for all rows. */
    private boolean operandsFit(Node node) {
        int rank = rank(node.outputs().get(0));
        return node.inputs().stream().allMatch(input -> {
            ValueFact fact = facts.get(input);
            List<Dimension> dimensions = fact == null ? null : fact.dimensions();
            if (dimensions == null) {
                return false;
            }
            return batched.contains(input)
                    ? dimensions.size() == rank
                    : dimensions.size() < rank || dimensions.get(0).equals(Dimension.of(1));
        });
    }

    private boolean onlyFirstIsBatched(Node node) {
        List<String> others = node.inputs().subList(1, node.inputs().size());
        return batched.contains(node.inputs().get(0))
                && others.stream()
                        .allMatch(input -> input.isEmpty() || graph.constants().containsKey(input));
    }

    private static boolean movesOtherAxes(Node node) {
        return node.operator() instanceof Transpose transpose
                && !transpose.permutation().isEmpty()
                && transpose.permutation().get(0) == 0;
    }

    private boolean axisIsNot0(Node node, int axis) {
        int rank = rank(node.inputs().get(0));
        return rank > 0 && axis != 0 && axis != -rank;
    }

    private int rank(String value) {
        ValueFact fact = facts.get(value);
        List<Dimension> dimensions = fact == null ? null : fact.dimensions();
        return dimensions == null ? -1 : dimensions.size();
    }
}
