package dev.lanewise.cli;

import dev.lanewise.engine.Model;
import dev.lanewise.engine.graph.FusedConvolution;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.graph.Node;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What each pass of the compiler has made of a graph, node by node. */
final class PassList {

    private PassList() {}

    static void print(Model model, PrintWriter out) {
        out.println();
        model.tellPasses((pass, before, after) -> {
            int nodes = before.nodes().size();
            String change = after.nodes().equals(before.nodes())
                    ? "changes nothing"
                    : nodes + " nodes, then " + after.nodes().size();
            out.println(pass + ": " + change);
            TextTable table = new TextTable("<<<");
            addChanges(table, before, after);
            table.print(out);
        });
    }

    private static void addChanges(TextTable table, Graph before, Graph after) {
        Map<String, Node> old = byName(before);
        Map<String, Node> left = byName(after);
        old.forEach((name, node) -> {
            Node now = left.get(name);
            if (now == null) {
                table.row("  gone", Failures.oneLine(name), node.type());
            } else if (!now.equals(node)) {
                table.row("  changed", Failures.oneLine(name), Failures.oneLine(change(node, now)));
            }
        });
        left.forEach((name, node) -> {
            if (!old.containsKey(name)) {
                table.row("  new", Failures.oneLine(name), node.type());
            }
        });
    }

    private static String change(Node old, Node now) {
        String change = now.type();
        if (!now.type().equals(old.type())) {
            change = old.type() + " -> " + now.type();
        } else if (now.operator().getClass() != old.operator().getClass()) {
            change += ", as " + now.operator().getClass().getSimpleName();
        }
        if (now.operator() instanceof FusedConvolution convolution) {
            String activation = convolution.activation().label();
            String fused = (convolution.residual() ? "residual" : "")
                    + (convolution.residual() && !activation.isEmpty() ? " and " : "")
                    + activation;
            change += fused.isEmpty() ? "" : " with " + fused;
        }
        List<String> reads = new ArrayList<>(now.inputs());
        reads.removeAll(old.inputs());
        reads.remove("");
        return change + (reads.isEmpty() ? "" : ", reads " + String.join(", ", reads));
    }

    private static Map<String, Node> byName(Graph graph) {
        Map<String, Node> nodes = new LinkedHashMap<>();
        graph.nodes().forEach(node -> nodes.putIfAbsent(node.name(), node));
        return nodes;
    }
}
