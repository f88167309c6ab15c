package dev.lanewise.cli;

import dev.lanewise.engine.ModelDescription;
import dev.lanewise.engine.ModelDescription.Layer;
import dev.lanewise.engine.graph.Dimension;
import dev.lanewise.engine.graph.GraphValue;
import dev.lanewise.engine.graph.TensorType;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** A network's description as a table that fits 120 columns. */
final class LayerTable {

    private static final int NAME = 30;
    private static final int OPERATOR = 18;
    private static final int SHAPE = 20;

    private LayerTable() {}

    static void print(ModelDescription description, PrintWriter out) {
        out.println("model    " + Failures.oneLine(description.name()));
        description.inputs().forEach(input -> out.println("input    " + value(input)));
        description.outputs().forEach(output -> out.println("output   " + value(output)));
        out.println();
        TextTable table = new TextTable("<<<<>>>>");
        table.row("layer", "operator", "input", "output", "kernel", "groups", "MFLOP", "parameters");
        for (Layer layer : description.layers()) {
            table.row(
                    shortened(Failures.oneLine(layer.name()), NAME),
                    shortened(layer.operator(), OPERATOR),
                    shapes(layer.inputs()),
                    shapes(layer.outputs()),
                    layer.kernel().stream().map(String::valueOf).collect(Collectors.joining("x")),
                    layer.groups() == 0 ? "" : Long.toString(layer.groups()),
                    megaflop(layer.megaflop(), true),
                    layer.parameters() == 0 ? "" : String.format(Locale.ROOT, "%,d", layer.parameters()));
        }
        table.row(
                "total",
                description.layers().size() + " layers",
                "",
                "",
                "",
                "",
                megaflop(description.megaflop(), false),
                String.format(Locale.ROOT, "%,d", description.parameters()));
        table.print(out);
        if (description.multiplyAdds().isEmpty()) {
            out.println();
            out.println("Some shapes are open, so that MFLOP are not known everywhere; give them with --shape.");
        } else if (!description.multiplyAdds().get().symbols().isEmpty()) {
            out.println();
            out.println("MFLOP are for "
                    + String.join("*", description.multiplyAdds().get().symbols()) + " = 1.");
        }
    }

    private static String value(GraphValue value) {
        return Failures.oneLine(value.name()) + "  " + value.type().elementType() + "  "
                + (value.type().dimensions() == null ? "of any shape" : shape(value.type()));
    }

    /** The first shape, and how many more there are. */
    private static String shapes(List<TensorType> types) {
        if (types.isEmpty()) {
            return "";
        }
        String more = types.size() == 1 ? "" : " +" + (types.size() - 1);
        return shortened(shape(types.get(0)), SHAPE - more.length()) + more;
    }

    private static String shape(TensorType type) {
        List<Dimension> dimensions = type.dimensions();
        if (dimensions == null) {
            return "?";
        }
        return dimensions.isEmpty()
                ? "scalar"
                : dimensions.stream().map(Dimension::toString).collect(Collectors.joining("x"));
    }

    private static String megaflop(Optional<Double> megaflop, boolean hideZero) {
        if (megaflop.isEmpty()) {
            return "?";
        }
        double value = megaflop.get();
        if (value == 0 && hideZero) {
            return "";
        }
        return String.format(Locale.ROOT, value < 10 ? "%.3f" : "%,.1f", value);
    }

    /** Keeps both ends: exporters' names differ at either. */
    static String shortened(String text, int width) {
        if (text.length() <= width) {
            return text;
        }
        int head = (width - 1) / 2;
        return text.substring(0, head) + "~" + text.substring(text.length() - (width - 1 - head));
    }
}
