package dev.lanewise.engine.zoo;

import dev.lanewise.kernels.tensor.Window;

/**
 * ResNet, ResNeXt and RegNet.
 *
 * @see <a href="https://arxiv.org/abs/1512.03385">He et al.: Deep residual learning for image recognition</a>
 * @see <a href="https://arxiv.org/abs/1611.05431">Xie et al.: Aggregated residual transformations for deep neural
 *     networks</a>
 * @see <a href="https://arxiv.org/abs/2003.13678">Radosavovic et al.: Designing network design spaces</a>
 */
final class ResNets {

    private static final Window POINTWISE = Window.square(1, 1, 0);
    private static final int CLASSES = 1000;

    private ResNets() {}

    static FeatureMap resNet18(NetworkBuilder net, FeatureMap image) {
        FeatureMap x = stem(net, image);
        for (int stage = 0; stage < 4; stage++) {
            for (int block = 0; block < 2; block++) {
                x = basicBlock(net, x, 64 << stage, stage > 0 && block == 0 ? 2 : 1);
            }
        }
        return net.classify(x, CLASSES);
    }

    /** ResNet-50, and ResNeXt where there are groups; the 3x3 convolution strides, as in torchvision. */
    static NetworkBuilder.Structure bottlenecks(int[] depths, int groups, int widthPerGroup) {
        return (net, image) -> {
            FeatureMap x = stem(net, image);
            for (int stage = 0; stage < depths.length; stage++) {
                int planes = 64 << stage;
                int width = planes * widthPerGroup / 64 * groups;
                for (int block = 0; block < depths[stage]; block++) {
                    int stride = stage > 0 && block == 0 ? 2 : 1;
                    x = bottleneck(net, x, width, 4 * planes, groups, stride, 0);
                }
            }
            return net.classify(x, CLASSES);
        };
    }

    /**
     * RegNet with bottleneck ratio 1.
     *
     * @param squeezeRatio of squeeze-and-excitation, relative to the block's input; 0 for none (RegNetX)
     */
    static NetworkBuilder.Structure regNet(int[] depths, int[] widths, int groupWidth, double squeezeRatio) {
        return (net, image) -> {
            FeatureMap x = net.convBatchNormRelu(image, 32, 1, Window.square(3, 2, 1));
            for (int stage = 0; stage < depths.length; stage++) {
                int width = widths[stage];
                for (int block = 0; block < depths[stage]; block++) {
                    int squeeze = (int) Math.rint(squeezeRatio * x.channels());
                    x = bottleneck(net, x, width, width, width / groupWidth, block == 0 ? 2 : 1, squeeze);
                }
            }
            return net.classify(x, CLASSES);
        };
    }

    private static FeatureMap stem(NetworkBuilder net, FeatureMap image) {
        return net.maxPool(net.convBatchNormRelu(image, 64, 1, Window.square(7, 2, 3)), Window.square(3, 2, 1));
    }

    private static FeatureMap basicBlock(NetworkBuilder net, FeatureMap x, int channels, int stride) {
        FeatureMap y = net.convBatchNormRelu(x, channels, 1, Window.square(3, stride, 1));
        y = net.residualBatchNorm(net.conv(y, channels, 1, Window.square(3, 1, 1)));
        return net.relu(net.residualSum(y, shortcut(net, x, channels, stride)));
    }

    private static FeatureMap bottleneck(
            NetworkBuilder net, FeatureMap x, int width, int channels, int groups, int stride, int squeeze) {
        FeatureMap y = net.convBatchNormRelu(x, width, 1, POINTWISE);
        y = net.convBatchNormRelu(y, width, groups, Window.square(3, stride, 1));
        if (squeeze > 0) {
            y = squeezeAndExcite(net, y, squeeze);
        }
        y = net.residualBatchNorm(net.conv(y, channels, 1, POINTWISE));
        return net.relu(net.residualSum(y, shortcut(net, x, channels, stride)));
    }

    private static FeatureMap shortcut(NetworkBuilder net, FeatureMap x, int channels, int stride) {
        return stride == 1 && x.channels() == channels
                ? x
                : net.batchNorm(net.conv(x, channels, 1, Window.square(1, stride, 0)));
    }

    private static FeatureMap squeezeAndExcite(NetworkBuilder net, FeatureMap x, int squeeze) {
        FeatureMap hidden = net.relu(net.conv(net.globalAveragePool(x), squeeze, 1, POINTWISE, true));
        return net.mul(x, net.sigmoid(net.conv(hidden, x.channels(), 1, POINTWISE, true)));
    }
}
