package dev.lanewise.engine.onnx;

import dev.lanewise.engine.graph.AveragePooling;
import dev.lanewise.engine.graph.Convolution;
import dev.lanewise.engine.graph.GlobalPooling;
import dev.lanewise.engine.graph.MaxPooling;
import dev.lanewise.engine.graph.Operator;
import dev.lanewise.engine.graph.SlidingWindow;
import dev.lanewise.engine.graph.TransposedConvolution;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Readers of the operators that become a {@link dev.lanewise.engine.graph.WindowOperator}. */
final class WindowReaders {

    private WindowReaders() {}

    static void register(Map<String, OperatorReader> readers) {
        readers.put("AveragePool", WindowReaders::averagePool);
        readers.put("Conv", WindowReaders::conv);
        readers.put("ConvTranspose", WindowReaders::convTranspose);
        readers.put("GlobalAveragePool", node -> new GlobalPooling(GlobalPooling.Function.AVERAGE));
        readers.put("GlobalMaxPool", node -> new GlobalPooling(GlobalPooling.Function.MAX));
        readers.put("MaxPool", WindowReaders::maxPool);
        ResizeReaders.register(readers);
    }

    private static Operator conv(OnnxNode node) {
        return new Convolution(window(node), groups(node));
    }

    private static Operator convTranspose(OnnxNode node) {
        return new TransposedConvolution(
                window(node), groups(node), integers(node, "output_padding"), integers(node, "output_shape"));
    }

    private static Operator maxPool(OnnxNode node) {
        boolean indices = node.outputCount() > 1;
        return new MaxPooling(poolingWindow(node), indices, node.flag("storage_order", false));
    }

    private static Operator averagePool(OnnxNode node) {
        return new AveragePooling(poolingWindow(node), node.flag("count_include_pad", false));
    }

    private static int groups(OnnxNode node) {
        long groups = node.intOr("group", 1);
        if (groups < 1 || groups > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("attribute 'group' is " + groups + ", not at least 1");
        }
        return (int) groups;
    }

    private static SlidingWindow poolingWindow(OnnxNode node) {
        if (!node.has("kernel_shape")) {
            throw new IllegalArgumentException("attribute 'kernel_shape' is missing");
        }
        return window(node);
    }

    private static SlidingWindow window(OnnxNode node) {
        SlidingWindow window = new SlidingWindow(
                integers(node, "kernel_shape"),
                integers(node, "strides"),
                integers(node, "dilations"),
                integers(node, "pads"),
                autoPad(node),
                node.flag("ceil_mode", false));
        requireFewAxes(window.kernel().size());
        requireFewAxes(window.strides().size());
        requireFewAxes(window.dilations().size());
        requireFewAxes(window.pads().size() / 2);
        return window;
    }

    private static void requireFewAxes(int axes) {
        if (axes > 2) {
            throw new UnsupportedOperatorException(
                    axes == 3 ? "three spatial dimensions" : axes + " spatial dimensions");
        }
    }

    private static SlidingWindow.AutoPad autoPad(OnnxNode node) {
        String name = node.stringOr("auto_pad", "NOTSET");
        return Arrays.stream(SlidingWindow.AutoPad.values())
                .filter(value -> value.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("attribute 'auto_pad' is '" + name + "', not one of "
                        + Arrays.toString(SlidingWindow.AutoPad.values())));
    }

    /**
     * An attribute of integers as a list; empty if it is not there.
     *
     * @throws IllegalArgumentException if one of them does not fit into an int
     */
    static List<Integer> integers(OnnxNode node, String attribute) {
        long[] values = node.ints(attribute);
        if (values == null) {
            return List.of();
        }
        for (long value : values) {
            if (value != (int) value) {
                throw new IllegalArgumentException(
                        "attribute '" + attribute + "' has the element " + value + ", beyond 32 bits");
            }
        }
        return Arrays.stream(values).mapToObj(value -> (int) value).toList();
    }
}
