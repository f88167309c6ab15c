package dev.lanewise.engine.zoo;

import dev.lanewise.kernels.tensor.Window;
import java.util.ArrayList;
import java.util.List;

/**
 * Networks that concatenate branches, and VGG, which has none.
 *
 * @see <a href="https://arxiv.org/abs/1602.07360">Iandola et al.: SqueezeNet</a>
 * @see <a href="https://arxiv.org/abs/1608.06993">Huang et al.: Densely connected convolutional networks</a>
 * @see <a href="https://arxiv.org/abs/1409.4842">Szegedy et al.: Going deeper with convolutions</a>
 * @see <a href="https://arxiv.org/abs/1409.1556">Simonyan, Zisserman: Very deep convolutional networks</a>
 */
final class BranchingNets {

    private static final Window POINTWISE = Window.square(1, 1, 0);
    private static final Window SAME_3X3 = Window.square(3, 1, 1);
    private static final int CLASSES = 1000;

    /** Output channels of the 1x1, reduced and full 3x3, reduced and full 5x5, and pooled branches: table 1. */
    private static final int[][][] INCEPTIONS = {
        {{64, 96, 128, 16, 32, 32}, {128, 128, 192, 32, 96, 64}},
        {
            {192, 96, 208, 16, 48, 64},
            {160, 112, 224, 24, 64, 64},
            {128, 128, 256, 24, 64, 64},
            {112, 144, 288, 32, 64, 64},
            {256, 160, 320, 32, 128, 128}
        },
        {{256, 160, 320, 32, 128, 128}, {384, 192, 384, 48, 128, 128}}
    };

    private BranchingNets() {}

    /** SqueezeNet 1.1. */
    static FeatureMap squeezeNet(NetworkBuilder net, FeatureMap image) {
        Window pool = Window.square(3, 2, 0);
        FeatureMap x = net.relu(net.conv(image, 64, 1, Window.square(3, 2, 0), true));
        x = net.maxPool(x, pool, NetworkBuilder.CEIL_MODE);
        x = fire(net, fire(net, x, 16, 64), 16, 64);
        x = net.maxPool(x, pool, NetworkBuilder.CEIL_MODE);
        x = fire(net, fire(net, x, 32, 128), 32, 128);
        x = net.maxPool(x, pool, NetworkBuilder.CEIL_MODE);
        x = fire(net, fire(net, x, 48, 192), 48, 192);
        x = fire(net, fire(net, x, 64, 256), 64, 256);
        x = net.relu(net.conv(net.dropout(x, 0.5f), CLASSES, 1, POINTWISE, true));
        return net.flatten(net.globalAveragePool(x));
    }

    private static FeatureMap fire(NetworkBuilder net, FeatureMap x, int squeeze, int expand) {
        FeatureMap y = net.relu(net.conv(x, squeeze, 1, POINTWISE, true));
        return net.concat(
                net.relu(net.conv(y, expand, 1, POINTWISE, true)), net.relu(net.conv(y, expand, 1, SAME_3X3, true)));
    }

    static FeatureMap denseNet121(NetworkBuilder net, FeatureMap image) {
        int growth = 32;
        int[] depths = {6, 12, 24, 16};
        FeatureMap x = net.convBatchNormRelu(image, 64, 1, Window.square(7, 2, 3));
        x = net.maxPool(x, Window.square(3, 2, 1));
        for (int block = 0; block < depths.length; block++) {
            if (block > 0) {
                x = net.conv(net.relu(net.batchNorm(x)), x.channels() / 2, 1, POINTWISE);
                x = net.averagePool(x, Window.square(2, 2, 0));
            }
            List<FeatureMap> features = new ArrayList<>(List.of(x));
            for (int layer = 0; layer < depths[block]; layer++) {
                FeatureMap y = features.size() == 1 ? x : net.concat(features);
                y = net.conv(net.relu(net.batchNorm(y)), 4 * growth, 1, POINTWISE);
                features.add(net.conv(net.relu(net.batchNorm(y)), growth, 1, SAME_3X3));
            }
            x = net.concat(features);
        }
        return net.classify(net.relu(net.batchNorm(x)), CLASSES);
    }

    /**
     * GoogLeNet as torchvision has it: batch normalisation, and 3x3 in place of 5x5 convolutions; without the auxiliary
     * classifiers, which only training needs.
     *
     * @see <a href="https://github.com/pytorch/vision/issues/906">Why 3x3</a>
     */
    static FeatureMap googLeNet(NetworkBuilder net, FeatureMap image) {
        net.epsilon(1e-3f);
        Layer layer =
                (x, channels, kernel) -> net.convBatchNormRelu(x, channels, 1, Window.square(kernel, 1, kernel / 2));
        FeatureMap x = net.convBatchNormRelu(image, 64, 1, Window.square(7, 2, 3));
        x = net.maxPool(x, Window.square(3, 2, 0), NetworkBuilder.CEIL_MODE);
        x = layer.apply(layer.apply(x, 64, 1), 192, 3);
        x = inceptions(net, x, layer, 3, 2);
        return net.gemm(net.dropout(net.flatten(net.globalAveragePool(x)), 0.2f), CLASSES);
    }

    /** GoogLeNet as published in 2014: local response normalisation, biases, 5x5 convolutions, softmax. */
    static FeatureMap googLeNet2014(NetworkBuilder net, FeatureMap image) {
        Layer layer =
                (x, channels, kernel) -> net.relu(net.conv(x, channels, 1, Window.square(kernel, 1, kernel / 2), true));
        FeatureMap x = net.relu(net.conv(image, 64, 1, Window.square(7, 2, 3), true));
        x = net.lrn(net.maxPool(x, Window.square(3, 2, 0), NetworkBuilder.CEIL_MODE), 5);
        x = net.lrn(layer.apply(layer.apply(x, 64, 1), 192, 3), 5);
        x = inceptions(net, x, layer, 5, 3);
        x = net.dropout(net.flatten(net.globalAveragePool(x)), 0.4f);
        return net.softmax(net.gemm(x, CLASSES));
    }

    /** A convolution of stride 1 that keeps the image's size, with all that follows it. */
    @FunctionalInterface
    private interface Layer {
        FeatureMap apply(FeatureMap x, int channels, int kernel);
    }

    private static FeatureMap inceptions(
            NetworkBuilder net, FeatureMap input, Layer layer, int largeKernel, int lastPool) {
        FeatureMap x = input;
        for (int stage = 0; stage < INCEPTIONS.length; stage++) {
            int pool = stage < 2 ? 3 : lastPool;
            x = net.maxPool(x, Window.square(pool, 2, 0), NetworkBuilder.CEIL_MODE);
            for (int[] channels : INCEPTIONS[stage]) {
                FeatureMap pooled = net.maxPool(x, SAME_3X3);
                x = net.concat(
                        layer.apply(x, channels[0], 1),
                        layer.apply(layer.apply(x, channels[1], 1), channels[2], 3),
                        layer.apply(layer.apply(x, channels[3], 1), channels[4], largeKernel),
                        layer.apply(pooled, channels[5], 1));
            }
        }
        return x;
    }

    /** VGG-16 (configuration D). */
    static FeatureMap vgg16(NetworkBuilder net, FeatureMap image) {
        int[] channels = {64, 128, 256, 512, 512};
        int[] depths = {2, 2, 3, 3, 3};
        FeatureMap x = image;
        for (int stage = 0; stage < depths.length; stage++) {
            for (int layer = 0; layer < depths[stage]; layer++) {
                x = net.relu(net.conv(x, channels[stage], 1, SAME_3X3, true));
            }
            x = net.maxPool(x, Window.square(2, 2, 0));
        }
        x = net.dropout(net.relu(net.gemm(net.flatten(x), 4096)), 0.5f);
        x = net.dropout(net.relu(net.gemm(x, 4096)), 0.5f);
        return net.gemm(x, CLASSES);
    }
}
