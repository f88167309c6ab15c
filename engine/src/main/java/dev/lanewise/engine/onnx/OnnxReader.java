package dev.lanewise.engine.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.lanewise.engine.ModelException;
import dev.lanewise.engine.UnsupportedModelException;
import dev.lanewise.engine.UnsupportedOperatorsException;
import dev.lanewise.engine.UnsupportedOperatorsException.UnsupportedNode;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.graph.GraphValue;
import dev.lanewise.engine.graph.Node;
import dev.lanewise.engine.graph.Operator;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns an ONNX model into a {@link Graph}: checks everything that can be checked without knowing shapes, and refuses
 * what Lanewise does not run, all of it at once.
 *
 * @see <a href="https://onnx.ai/onnx/repo-docs/IR.html">ONNX intermediate representation</a>
 */
public final class OnnxReader {

    private static final int MAX_OPSET = 21;
    private static final int MAX_IR_VERSION = 13;

    /** The first IR version in which a model must say which opsets it uses. */
    private static final int IR_WITH_OPSETS = 3;

    private final String model;
    private final ModelProto proto;
    private final Map<String, Long> opsets;
    private final Map<String, Tensor> constants = new LinkedHashMap<>();
    private final List<Node> nodes = new ArrayList<>();
    private final List<UnsupportedNode> unsupported = new ArrayList<>();
    private final Map<String, Integer> nodeNames = new HashMap<>();

    /** The values that some node or graph output reads. */
    private final Set<String> read = new HashSet<>();

    /** Every value of the graph, and what makes it. */
    private final Map<String, String> makers = new HashMap<>();

    private OnnxReader(String model, ModelProto proto) {
        this.model = model;
        this.proto = proto;
        this.opsets = opsets(model, proto);
    }

    /**
     * Reads a model whose tensors are all inside.
     *
     * @param name what to call the model in messages
     * @throws UnsupportedOperatorsException if there are nodes that Lanewise does not run; it names all of them
     * @throws UnsupportedModelException if a value is of a type that Lanewise does not hold
     * @throws ModelException if the model is malformed
     */
    public static Graph read(String name, byte[] onnx) {
        return new OnnxReader(name, ModelProtos.parse(name, onnx)).read();
    }

    private Graph read() {
        GraphProto graph = LocalFunctions.inline(model, proto).getGraph();
        List<String> unsupportedValues = new ArrayList<>();
        readInitializers(graph, unsupportedValues);
        List<GraphValue> inputs = readInputs(graph, unsupportedValues);
        graph.getNodeList().forEach(node -> read.addAll(node.getInputList()));
        graph.getOutputList().forEach(output -> read.add(output.getName()));
        graph.getNodeList().forEach(this::readNode);
        if (!unsupported.isEmpty()) {
            throw new UnsupportedOperatorsException(model, unsupported);
        }
        List<GraphValue> outputs = readOutputs(graph, unsupportedValues);
        if (!unsupportedValues.isEmpty()) {
            throw new UnsupportedModelException(model + ": " + String.join("; ", unsupportedValues)
                    + " (Lanewise holds tensors of floating-point, integer and boolean elements)");
        }
        List<Node> sorted = new TopologicalOrder(model, nodes, makers.keySet()).sort();
        return new Graph(model, opsets.getOrDefault("", 0L), inputs, outputs, sorted, constants);
    }

    private void readInitializers(GraphProto graph, List<String> unsupportedValues) {
        for (TensorProto initializer : graph.getInitializerList()) {
            String name = initializer.getName();
            define(name, "an initializer");
            try {
                constants.put(name, TensorProtos.read(initializer));
            } catch (UnsupportedElementTypeException e) {
                unsupportedValues.add("initializer '" + name + "' has elements of type " + e.getMessage());
            } catch (IllegalArgumentException e) {
                throw new ModelException(model + ": initializer '" + name + "' " + e.getMessage(), e);
            }
        }
        graph.getSparseInitializerList().forEach(sparse -> {
            define(sparse.getValues().getName(), "a sparse initializer");
            unsupportedValues.add("initializer '" + sparse.getValues().getName() + "' is sparse");
        });
    }

    private List<GraphValue> readInputs(GraphProto graph, List<String> unsupportedValues) {
        List<GraphValue> inputs = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (ValueInfoProto input : graph.getInputList()) {
            String name = input.getName();
            if (!seen.add(name)) {
                throw new ModelException(model + ": two graph inputs are named '" + name + "'");
            }
            // Since IR version 4 an initializer is the default of an input of its name; Lanewise takes it as a
            // constant.
            if (!makers.containsKey(name)) {
                define(name, "a graph input");
                try {
                    inputs.add(new GraphValue(name, ValueTypes.read(name, input.getType())));
                } catch (UnsupportedElementTypeException e) {
                    unsupportedValues.add("input '" + name + "' is of type " + e.getMessage());
                } catch (IllegalArgumentException e) {
                    throw new ModelException(model + ": input '" + name + "': " + e.getMessage(), e);
                }
            }
        }
        return inputs;
    }

    private List<GraphValue> readOutputs(GraphProto graph, List<String> unsupportedValues) {
        List<GraphValue> outputs = new ArrayList<>();
        Set<String> seen = new LinkedHashSet<>();
        for (ValueInfoProto output : graph.getOutputList()) {
            String name = output.getName();
            if (!seen.add(name)) {
                throw new ModelException(model + ": two graph outputs are named '" + name + "'");
            }
            if (!makers.containsKey(name)) {
                throw new ModelException(model + ": no node makes the graph output '" + name + "'");
            }
            try {
                outputs.add(new GraphValue(name, ValueTypes.read(name, output.getType())));
            } catch (UnsupportedElementTypeException e) {
                unsupportedValues.add("output '" + name + "' is of type " + e.getMessage());
            } catch (IllegalArgumentException e) {
                throw new ModelException(model + ": output '" + name + "': " + e.getMessage(), e);
            }
        }
        if (seen.isEmpty()) {
            throw new ModelException(model + ": the graph has no output");
        }
        return outputs;
    }

    private void readNode(NodeProto written) {
        NodeProto node = withoutUnreadOutputs(written);
        String name = uniqueName(node);
        if (node.getOutputList().stream().allMatch(String::isEmpty)) {
            throw new ModelException(model + ": " + node.getOpType() + " '" + name + "' has no output");
        }
        for (String output : node.getOutputList()) {
            if (!output.isEmpty()) {
                define(output, node.getOpType() + " '" + name + "'");
            }
        }
        String domain = domain(node.getDomain());
        long opset = opset(node, name, domain);
        OperatorReader reader = domain.isEmpty() ? OperatorTable.find(node.getOpType()) : null;
        boolean constant = domain.isEmpty() && node.getOpType().equals("Constant");
        if (reader == null && !constant) {
            unsupported(node, opset, name, "Lanewise has no such operator");
            return;
        }
        OnnxNode reading = new OnnxNode(node, (int) opset);
        try {
            if (constant) {
                constants.put(node.getOutput(0), ConstantNodes.read(reading));
            } else {
                addNode(node, name, reading, reader);
            }
        } catch (UnsupportedOperatorException e) {
            unsupported(node, opset, name, String.valueOf(e.getMessage()));
        } catch (UnsupportedElementTypeException e) {
            unsupported(node, opset, name, "element type " + e.getMessage());
        } catch (RuntimeException e) {
            throw new ModelException(
                    model + ": " + node.getOpType() + " '" + name + "' (opset " + opset + "): " + e.getMessage(), e);
        }
    }

    /**
     * Leaves out the optional outputs that nothing reads, such as the mask of a Dropout: exporters write them down, and
     * some of them Lanewise does not make. The outputs of Split are parts that count, read or not.
     */
    private NodeProto withoutUnreadOutputs(NodeProto node) {
        if (node.getOutputCount() < 2
                || node.getOutput(0).isEmpty()
                || node.getOpType().equals("Split")) {
            return node;
        }
        List<String> outputs = new ArrayList<>(node.getOutputList());
        outputs.replaceAll(output -> output.equals(node.getOutput(0)) || read.contains(output) ? output : "");
        while (outputs.get(outputs.size() - 1).isEmpty()) {
            outputs.remove(outputs.size() - 1);
        }
        return node.toBuilder().clearOutput().addAllOutput(outputs).build();
    }

    private void addNode(NodeProto node, String name, OnnxNode reading, @Nullable OperatorReader reader) {
        if (reader == null) {
            throw new AssertionError(node.getOpType());
        }
        Operator operator = reader.read(reading);
        reading.addedConstants().forEach((value, tensor) -> {
            define(value, "an attribute");
            constants.put(value, tensor);
        });
        nodes.add(new Node(name, node.getOpType(), operator, reading.inputs(), node.getOutputList()));
    }

    private void unsupported(NodeProto node, long opset, String name, String reason) {
        String domain = domain(node.getDomain());
        String operator = domain.isEmpty() ? node.getOpType() : domain + "." + node.getOpType();
        unsupported.add(new UnsupportedNode(operator, opset, name, reason));
    }

    private void define(String value, String maker) {
        String other = makers.putIfAbsent(value, maker);
        if (other != null) {
            throw new ModelException(
                    model + ": the value '" + value + "' is made twice, by " + other + " and by " + maker);
        }
    }

    private String uniqueName(NodeProto node) {
        String base = node.getName().isEmpty() ? node.getOpType() + "_" + nodeNames.size() : node.getName();
        String name = base;
        while (nodeNames.putIfAbsent(name, 1) != null) {
            name = base + "_" + nodeNames.merge(base, 1, Integer::sum);
        }
        return name;
    }

    private long opset(NodeProto node, String name, String domain) {
        Long opset = opsets.get(domain);
        if (opset == null && domain.isEmpty()) {
            throw new ModelException(model + ": " + node.getOpType() + " '" + name
                    + "' is an operator of ONNX itself, but the model does not say of which opset");
        }
        return opset == null ? 0 : opset;
    }

    private static String domain(String domain) {
        return domain.equals("ai.onnx") ? "" : domain;
    }

    private static Map<String, Long> opsets(String model, ModelProto proto) {
        long ir = proto.getIrVersion();
        if (ir < 1 || ir > MAX_IR_VERSION) {
            throw new ModelException(model + ": IR version " + ir + " is outside 1 to " + MAX_IR_VERSION
                    + "; export the model again with opset_version=" + MAX_OPSET);
        }
        Map<String, Long> opsets = new HashMap<>();
        for (OperatorSetIdProto opset : proto.getOpsetImportList()) {
            Long other = opsets.put(domain(opset.getDomain()), opset.getVersion());
            if (other != null && other != opset.getVersion()) {
                throw new ModelException(model + ": imports the opset domain '" + opset.getDomain() + "' as versions "
                        + other + " and " + opset.getVersion());
            }
        }
        if (ir < IR_WITH_OPSETS) {
            opsets.putIfAbsent("", 1L);
        }
        long version = opsets.getOrDefault("", 1L);
        if (version < 1 || version > MAX_OPSET) {
            throw new ModelException(model + ": opset " + version + " is outside 1 to " + MAX_OPSET
                    + "; export the model again with opset_version=" + MAX_OPSET);
        }
        return opsets;
    }
}
