package dev.lanewise.engine.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.lanewise.engine.ModelException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Functions that a model brings along: every call is replaced by the function's nodes, with its values renamed.
 *
 * @see <a href="https://onnx.ai/onnx/repo-docs/IR.html#functions">ONNX functions</a>
 */
final class LocalFunctions {

    /** ONNX forbids recursion; a chain of calls deeper than this is taken for one. */
    private static final int MAX_DEPTH = 32;

    /** Calls of calls can multiply a small file into a huge graph. */
    private static final int MAX_NODES = 100_000;

    /** Characters of a node's name that are kept; every call copies them. */
    private static final int MAX_NAME = 100;

    private final String model;
    private final Map<String, FunctionProto> functions = new HashMap<>();
    private final GraphProto.Builder inlined;
    private int calls;

    private LocalFunctions(String model, ModelProto proto) {
        this.model = model;
        this.inlined = proto.getGraph().toBuilder().clearNode();
        proto.getFunctionsList().forEach(function -> functions.put(key(function), function));
    }

    /** The model with all calls replaced; itself if it has no functions. */
    static ModelProto inline(String model, ModelProto proto) {
        if (proto.getFunctionsCount() == 0) {
            return proto;
        }
        LocalFunctions functions = new LocalFunctions(model, proto);
        proto.getGraph().getNodeList().forEach(node -> functions.add(node, 0));
        return proto.toBuilder().setGraph(functions.inlined).build();
    }

    private void add(NodeProto node, int depth) {
        FunctionProto function = functions.get(key(node));
        if (function == null) {
            inlined.addNode(node);
            return;
        }
        if (inlined.getNodeCount() >= MAX_NODES || calls >= MAX_NODES) {
            throw new ModelException(model + ": its functions expand to more than " + MAX_NODES + " nodes");
        }
        if (depth == MAX_DEPTH) {
            throw new ModelException(model + ": function '" + function.getName()
                    + "' calls itself, or calls go more than " + MAX_DEPTH + " deep");
        }
        // Names of callers are left out: a long one would be copied for every value of every call.
        String prefix = "//" + calls++ + "/";
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < function.getInputCount(); i++) {
            values.put(function.getInput(i), i < node.getInputCount() ? node.getInput(i) : "");
        }
        for (int i = 0; i < function.getOutputCount(); i++) {
            String output = i < node.getOutputCount() ? node.getOutput(i) : "";
            values.put(
                    function.getOutput(i), output.isEmpty() ? prefix + shortened(function.getOutput(i)) + i : output);
        }
        Map<String, AttributeProto> attributes = attributes(function, node);
        for (NodeProto inner : function.getNodeList()) {
            add(renamed(inner, prefix, values, attributes), depth + 1);
        }
    }

    private static NodeProto renamed(
            NodeProto node, String prefix, Map<String, String> values, Map<String, AttributeProto> attributes) {
        NodeProto.Builder renamed = node.toBuilder()
                .setName(prefix + shortened(node.getName().isEmpty() ? node.getOpType() : node.getName()))
                .clearInput()
                .clearOutput()
                .clearAttribute();
        for (String input : node.getInputList()) {
            renamed.addInput(rename(input, prefix, values));
        }
        for (String output : node.getOutputList()) {
            renamed.addOutput(rename(output, prefix, values));
        }
        for (AttributeProto attribute : node.getAttributeList()) {
            if (attribute.getRefAttrName().isEmpty()) {
                renamed.addAttribute(attribute);
            } else if (attributes.containsKey(attribute.getRefAttrName())) {
                renamed.addAttribute(
                        attributes.get(attribute.getRefAttrName()).toBuilder().setName(attribute.getName()));
            }
        }
        return renamed.build();
    }

    private static String rename(String value, String prefix, Map<String, String> values) {
        return value.isEmpty()
                ? ""
                : values.computeIfAbsent(
                        value,
                        inner -> prefix + (inner.length() <= MAX_NAME ? inner : shortened(inner) + values.size()));
    }

    private static String shortened(String name) {
        return name.length() <= MAX_NAME ? name : name.substring(0, MAX_NAME) + "...";
    }

    /** The values of the function's attributes in this call: its defaults, overridden by the caller's. */
    private static Map<String, AttributeProto> attributes(FunctionProto function, NodeProto call) {
        Map<String, AttributeProto> attributes = new LinkedHashMap<>();
        function.getAttributeProtoList().forEach(attribute -> attributes.put(attribute.getName(), attribute));
        call.getAttributeList().forEach(attribute -> attributes.put(attribute.getName(), attribute));
        return attributes;
    }

    private static String key(NodeProto node) {
        return node.getDomain() + "::" + node.getOpType() + "::" + node.getOverload();
    }

    private static String key(FunctionProto function) {
        return function.getDomain() + "::" + function.getName() + "::" + function.getOverload();
    }
}
