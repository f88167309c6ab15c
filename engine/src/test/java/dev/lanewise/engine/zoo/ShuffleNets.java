package dev.lanewise.engine.zoo;

import dev.lanewise.kernels.tensor.Window;
import java.util.List;

/**
 * Networks that shuffle channels.
 *
 * @see <a href="https://arxiv.org/abs/1707.01083">Zhang et al.: ShuffleNet</a>
 * @see <a href="https://arxiv.org/abs/1807.11164">Ma et al.: ShuffleNet V2</a>
 */
final class ShuffleNets {

    private static final Window POINTWISE = Window.square(1, 1, 0);
    private static final int[] REPETITIONS = {4, 8, 4};
    private static final int CLASSES = 1000;

    private ShuffleNets() {}

    /** ShuffleNet 1.0x with three groups. */
    static FeatureMap v1(NetworkBuilder net, FeatureMap image) {
        int groups = 3;
        FeatureMap x = stem(net, image);
        for (int stage = 0; stage < REPETITIONS.length; stage++) {
            int channels = 240 << stage;
            for (int unit = 0; unit < REPETITIONS[stage]; unit++) {
                x = unitV1(net, x, channels, stage == 0 && unit == 0 ? 1 : groups, groups, unit == 0 ? 2 : 1);
            }
        }
        return net.classify(x, CLASSES);
    }

    /** ShuffleNetV2 1.0x. */
    static FeatureMap v2(NetworkBuilder net, FeatureMap image) {
        FeatureMap x = stem(net, image);
        for (int stage = 0; stage < REPETITIONS.length; stage++) {
            int half = 58 << stage;
            x = downsampleV2(net, x, half);
            for (int unit = 1; unit < REPETITIONS[stage]; unit++) {
                List<FeatureMap> halves = net.split(x, half, half);
                FeatureMap y = branchV2(net, halves.get(1), half, 1);
                x = net.channelShuffleWithTracedShape(net.concat(halves.get(0), y), 2);
            }
        }
        return net.classify(net.convBatchNormRelu(x, 1024, 1, POINTWISE), CLASSES);
    }

    private static FeatureMap stem(NetworkBuilder net, FeatureMap image) {
        return net.maxPool(net.convBatchNormRelu(image, 24, 1, Window.square(3, 2, 1)), Window.square(3, 2, 1));
    }

    /** Figure 2 of the paper: (b) for stride 1, (c) for stride 2. */
    private static FeatureMap unitV1(
            NetworkBuilder net, FeatureMap x, int channels, int firstGroups, int groups, int stride) {
        int bottleneck = channels / 4;
        FeatureMap y = net.convBatchNormRelu(x, bottleneck, firstGroups, POINTWISE);
        y = net.channelShuffle(y, groups);
        y = net.batchNorm(net.conv(y, bottleneck, bottleneck, Window.square(3, stride, 1)));
        if (stride == 1) {
            y = net.residualBatchNorm(net.conv(y, channels, groups, POINTWISE));
            return net.relu(net.residualSum(y, x));
        }
        y = net.batchNorm(net.conv(y, channels - x.channels(), groups, POINTWISE));
        return net.relu(net.concat(net.averagePool(x, Window.square(3, 2, 1)), y));
    }

    /** Figure 3 (d) of the paper. */
    private static FeatureMap downsampleV2(NetworkBuilder net, FeatureMap x, int half) {
        FeatureMap left = net.conv(x, x.channels(), x.channels(), Window.square(3, 2, 1));
        left = net.convBatchNormRelu(net.batchNorm(left), half, 1, POINTWISE);
        return net.channelShuffleWithTracedShape(net.concat(left, branchV2(net, x, half, 2)), 2);
    }

    private static FeatureMap branchV2(NetworkBuilder net, FeatureMap x, int channels, int stride) {
        FeatureMap y = net.convBatchNormRelu(x, channels, 1, POINTWISE);
        y = net.batchNorm(net.conv(y, channels, channels, Window.square(3, stride, 1)));
        return net.convBatchNormRelu(y, channels, 1, POINTWISE);
    }
}
