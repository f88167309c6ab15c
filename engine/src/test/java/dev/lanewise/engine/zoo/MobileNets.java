package dev.lanewise.engine.zoo;

import dev.lanewise.kernels.tensor.Window;
import java.util.function.UnaryOperator;

/**
 * Networks of inverted residual blocks: MobileNetV2, MobileNetV3 and EfficientNet.
 *
 * @see <a href="https://arxiv.org/abs/1801.04381">Sandler et al.: MobileNetV2</a>
 * @see <a href="https://arxiv.org/abs/1905.02244">Howard et al.: Searching for MobileNetV3</a>
 * @see <a href="https://arxiv.org/abs/1905.11946">Tan, Le: EfficientNet</a>
 */
final class MobileNets {

    private static final Window POINTWISE = Window.square(1, 1, 0);
    private static final int CLASSES = 1000;

    /** Expansion, output channels, repetitions, first stride: table 2 of the paper. */
    private static final int[][] MOBILENET_V2 = {
        {1, 16, 1, 1}, {6, 24, 2, 2}, {6, 32, 3, 2}, {6, 64, 4, 2}, {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}
    };

    /** Kernel, expanded channels, output channels, squeeze-and-excite, hard swish, stride: table 1 of the paper. */
    private static final int[][] MOBILENET_V3_LARGE = {
        {3, 16, 16, 0, 0, 1},
        {3, 64, 24, 0, 0, 2},
        {3, 72, 24, 0, 0, 1},
        {5, 72, 40, 1, 0, 2},
        {5, 120, 40, 1, 0, 1},
        {5, 120, 40, 1, 0, 1},
        {3, 240, 80, 0, 1, 2},
        {3, 200, 80, 0, 1, 1},
        {3, 184, 80, 0, 1, 1},
        {3, 184, 80, 0, 1, 1},
        {3, 480, 112, 1, 1, 1},
        {3, 672, 112, 1, 1, 1},
        {5, 672, 160, 1, 1, 2},
        {5, 960, 160, 1, 1, 1},
        {5, 960, 160, 1, 1, 1}
    };

    /** Expansion, kernel, first stride, output channels, repetitions: table 1 of the paper. */
    private static final int[][] EFFICIENTNET_B0 = {
        {1, 3, 1, 16, 1},
        {6, 3, 2, 24, 2},
        {6, 5, 2, 40, 2},
        {6, 3, 2, 80, 3},
        {6, 5, 1, 112, 3},
        {6, 5, 2, 192, 4},
        {6, 3, 1, 320, 1}
    };

    private final NetworkBuilder net;

    private MobileNets(NetworkBuilder net) {
        this.net = net;
    }

    static FeatureMap mobileNetV2(NetworkBuilder net, FeatureMap image) {
        MobileNets blocks = new MobileNets(net);
        FeatureMap x = blocks.conv(image, 32, 1, 3, 2, net::relu6);
        for (int[] stage : MOBILENET_V2) {
            for (int repetition = 0; repetition < stage[2]; repetition++) {
                int stride = repetition == 0 ? stage[3] : 1;
                x = blocks.inverted(
                        x, stage[0] * x.channels(), stage[1], 3, stride, net::relu6, UnaryOperator.identity());
            }
        }
        x = blocks.conv(x, 1280, 1, 1, 1, net::relu6);
        return net.gemm(net.dropout(net.flatten(net.globalAveragePool(x)), 0.2f), CLASSES);
    }

    static FeatureMap mobileNetV3Large(NetworkBuilder net, FeatureMap image) {
        MobileNets blocks = new MobileNets(net.epsilon(1e-3f));
        FeatureMap x = blocks.conv(image, 16, 1, 3, 2, net::hardSwish);
        for (int[] row : MOBILENET_V3_LARGE) {
            UnaryOperator<FeatureMap> activation = row[4] == 1 ? net::hardSwish : net::relu;
            UnaryOperator<FeatureMap> excite = row[3] == 0
                    ? UnaryOperator.identity()
                    : y -> blocks.squeezeAndExcite(y, divisibleBy8(y.channels() / 4), net::relu, net::hardSigmoid);
            x = blocks.inverted(x, row[1], row[2], row[0], row[5], activation, excite);
        }
        x = blocks.conv(x, 960, 1, 1, 1, net::hardSwish);
        x = net.hardSwish(net.gemm(net.flatten(net.globalAveragePool(x)), 1280));
        return net.gemm(net.dropout(x, 0.2f), CLASSES);
    }

    static FeatureMap efficientNetB0(NetworkBuilder net, FeatureMap image) {
        MobileNets blocks = new MobileNets(net);
        FeatureMap x = blocks.conv(image, 32, 1, 3, 2, net::swish);
        for (int[] stage : EFFICIENTNET_B0) {
            for (int repetition = 0; repetition < stage[4]; repetition++) {
                int squeeze = x.channels() / 4;
                UnaryOperator<FeatureMap> excite = y -> blocks.squeezeAndExcite(y, squeeze, net::swish, net::sigmoid);
                int stride = repetition == 0 ? stage[2] : 1;
                x = blocks.inverted(x, stage[0] * x.channels(), stage[3], stage[1], stride, net::swish, excite);
            }
        }
        x = blocks.conv(x, 1280, 1, 1, 1, net::swish);
        return net.gemm(net.dropout(net.flatten(net.globalAveragePool(x)), 0.2f), CLASSES);
    }

    /** Expansion, depthwise convolution, projection without activation; a shortcut where the shape allows. */
    private FeatureMap inverted(
            FeatureMap x,
            int expanded,
            int channels,
            int kernel,
            int stride,
            UnaryOperator<FeatureMap> activation,
            UnaryOperator<FeatureMap> excite) {
        FeatureMap y = expanded == x.channels() ? x : conv(x, expanded, 1, 1, 1, activation);
        y = excite.apply(conv(y, expanded, expanded, kernel, stride, activation));
        y = net.conv(y, channels, 1, POINTWISE);
        return stride == 1 && channels == x.channels()
                ? net.residualSum(net.residualBatchNorm(y), x)
                : net.batchNorm(y);
    }

    private FeatureMap conv(
            FeatureMap x, int channels, int groups, int kernel, int stride, UnaryOperator<FeatureMap> activation) {
        return activation.apply(
                net.batchNorm(net.conv(x, channels, groups, Window.square(kernel, stride, kernel / 2))));
    }

    private FeatureMap squeezeAndExcite(
            FeatureMap x, int squeeze, UnaryOperator<FeatureMap> activation, UnaryOperator<FeatureMap> gate) {
        FeatureMap hidden = activation.apply(net.conv(net.globalAveragePool(x), squeeze, 1, POINTWISE, true));
        return net.mul(x, gate.apply(net.conv(hidden, x.channels(), 1, POINTWISE, true)));
    }

    /** The nearest multiple of 8, but not below nine tenths. */
    private static int divisibleBy8(int channels) {
        int rounded = Math.max(8, (channels + 4) / 8 * 8);
        return rounded < 0.9 * channels ? rounded + 8 : rounded;
    }
}
