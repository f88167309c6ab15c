package dev.lanewise.engine.zoo;

import static dev.lanewise.engine.zoo.OnnxWriter.ints;

import ai.onnx.proto.OnnxMl.AttributeProto;
import dev.lanewise.engine.zoo.OnnxWriter.Elements;
import java.util.List;

/**
 * Writes a network that normalises each layer by the statistics of the batch that it is given, and returns those
 * statistics as outputs, so that a single run calibrates every layer.
 *
 * @see <a href="https://arxiv.org/abs/1511.06856">Krähenbühl et al.: Data-dependent initializations of convolutional
 *     neural networks</a>
 */
record Measuring(RawWeights raw) implements Learning {

    static final String MEAN = ".mean";
    static final String VARIANCE = ".variance";
    static final String DEVIATION = ".deviation";

    /** The least variance of a channel relative to the average one: no channel is blown up by more than about 4. */
    private static final float LEAST_VARIANCE = 0.05f;

    /**
     * How much of a channel's mean its bias takes away. Not all: behind a global pooling images differ little, and that
     * little alone, scaled to a deviation of 1, would make other images than the measured ones explode.
     */
    private static final float CENTRED = 0.2f;

    @Override
    public String product(
            OnnxWriter writer,
            String type,
            String layer,
            String input,
            int[] weights,
            boolean bias,
            AttributeProto... attributes) {
        String weight = writer.floats(layer + ".weight", weights, raw.product(layer));
        String product = writer.node(type, layer + ".raw", List.of(input, weight), attributes);
        boolean flat = weights.length == 2;
        AttributeProto channel = flat ? ints("axes", 0) : ints("axes", 0, 2, 3);
        AttributeProto image = flat ? ints("axes", 1) : ints("axes", 1, 2, 3);
        String whole = writer.node("ReduceMean", layer + (bias ? ".whole" : MEAN), List.of(product));
        String mean = bias ? partialMean(writer, layer, product, whole, channel) : whole;
        String centred = writer.node("Sub", layer + ".centred", List.of(product, mean));
        String level = writer.node("ReduceMean", layer + ".level", List.of(centred), image);
        String inner = writer.node("Sub", layer + ".inner", List.of(centred, level));
        String square = writer.node("Mul", layer + ".square", List.of(inner, inner));
        String variance = writer.node("ReduceMean", layer + VARIANCE, List.of(square));
        String deviation = writer.node("Sqrt", layer + DEVIATION, List.of(variance));
        writer.output(deviation);
        if (!bias) {
            return writer.node("Div", layer, List.of(product, deviation));
        }
        writer.output(mean);
        String scaled = writer.node("Div", layer + ".scaled", List.of(centred, deviation));
        return writer.node(
                "Add", layer, List.of(scaled, perChannel(writer, layer + ".bias", weights, raw.bias(layer))));
    }

    @Override
    public String batchNorm(OnnxWriter writer, String layer, String input, int channels, float epsilon, float gain) {
        int[] shape = {channels, 1, 1, 1};
        String mean = writer.node("ReduceMean", layer + MEAN, List.of(input), ints("axes", 0, 2, 3));
        String centred = writer.node("Sub", layer + ".centred", List.of(input, mean));
        String square = writer.node("Mul", layer + ".square", List.of(centred, centred));
        String measured = writer.node("ReduceMean", layer + ".measured", List.of(square), ints("axes", 0, 2, 3));
        String average = writer.node("ReduceMean", layer + ".average", List.of(measured));
        String share = writer.scalar(layer + ".share", LEAST_VARIANCE);
        String least = writer.node("Mul", layer + ".least", List.of(average, share));
        String variance = writer.node("Max", layer + VARIANCE, List.of(measured, least));
        writer.output(mean);
        writer.output(variance);
        String padded =
                writer.node("Add", layer + ".padded", List.of(variance, writer.scalar(layer + ".epsilon", epsilon)));
        String deviation = writer.node("Sqrt", layer + DEVIATION, List.of(padded));
        String normal = writer.node("Div", layer + ".normal", List.of(centred, deviation));
        String scale = perChannel(writer, layer + ".scale", shape, raw.scale(layer, gain));
        String shift = perChannel(writer, layer + ".shift", shape, raw.shift(layer, gain));
        return writer.node("Add", layer, List.of(writer.node("Mul", layer + ".scaled", List.of(normal, scale)), shift));
    }

    /** Between the mean of the whole batch and that of each channel. */
    private static String partialMean(
            OnnxWriter writer, String layer, String product, String whole, AttributeProto channel) {
        String own = writer.node("ReduceMean", layer + ".own", List.of(product), channel);
        String apart = writer.node("Sub", layer + ".apart", List.of(own, whole));
        String share = writer.scalar(layer + ".share", CENTRED);
        String part = writer.node("Mul", layer + ".part", List.of(apart, share));
        return writer.node("Add", layer + MEAN, List.of(part, whole));
    }

    /** A constant that broadcasts along the channels of a layer with the given weights. */
    private static String perChannel(OnnxWriter writer, String name, int[] weights, Elements elements) {
        int[] shape = weights.length == 2 ? new int[] {1, weights[0]} : new int[] {1, weights[0], 1, 1};
        return writer.floats(name, shape, elements);
    }
}
