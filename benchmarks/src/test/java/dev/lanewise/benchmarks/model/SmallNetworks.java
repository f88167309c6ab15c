package dev.lanewise.benchmarks.model;

import dev.lanewise.engine.zoo.FeatureMap;
import dev.lanewise.engine.zoo.NetworkBuilder;
import dev.lanewise.engine.zoo.OnnxWriter;
import dev.lanewise.kernels.tensor.Window;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** ONNX files of networks that take a millisecond. */
public final class SmallNetworks {

    private SmallNetworks() {}

    /** A grouped convolution, a residual sum and ten classes, for any batch of images of 16x16. */
    public static Path classifier(Path folder) throws IOException {
        byte[] onnx = NetworkBuilder.build("small", 7, NetworkBuilder.image(16), SmallNetworks::classes)
                .onnx();
        return Files.write(folder.resolve("small.onnx"), onnx);
    }

    private static FeatureMap classes(NetworkBuilder net, FeatureMap image) {
        FeatureMap x = net.convBatchNormRelu(image, 16, 1, Window.square(3, 2, 1));
        FeatureMap y = net.residualBatchNorm(net.conv(x, 16, 4, Window.square(3, 1, 1)));
        return net.classify(net.relu(net.residualSum(x, y)), 10);
    }

    /** A dense 3x3 convolution that Winograd's algorithm suits, and ten classes, for images of 16x16. */
    static Path dense(Path folder) throws IOException {
        byte[] onnx = NetworkBuilder.build("dense", 7, NetworkBuilder.image(16), SmallNetworks::denseClasses)
                .onnx();
        return Files.write(folder.resolve("dense.onnx"), onnx);
    }

    private static FeatureMap denseClasses(NetworkBuilder net, FeatureMap image) {
        FeatureMap x = net.convBatchNormRelu(image, 32, 1, Window.square(3, 1, 1));
        return net.classify(net.convBatchNormRelu(x, 32, 1, Window.square(3, 1, 1)), 10);
    }

    /** One Relu. */
    static Path relu(Path folder, Object... dimensions) throws IOException {
        return single("Relu", List.of("pixels"), folder, dimensions);
    }

    /** The sum of two inputs. */
    static Path sum(Path folder, Object... dimensions) throws IOException {
        return single("Add", List.of("pixels", "others"), folder, dimensions);
    }

    private static Path single(String operator, List<String> inputs, Path folder, Object... dimensions)
            throws IOException {
        OnnxWriter onnx = new OnnxWriter(operator);
        inputs.forEach(input -> onnx.input(input, dimensions));
        onnx.output("result", dimensions);
        onnx.node(operator, "result", inputs);
        return Files.write(folder.resolve(operator + ".onnx"), onnx.model().toByteArray());
    }
}
