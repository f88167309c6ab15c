package dev.lanewise.engine.zoo;

import dev.lanewise.engine.zoo.NetworkBuilder.Structure;
import java.lang.ref.SoftReference;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The well-known networks, for 1000 classes, with seeded weights: calibrated so that every layer's outputs have a
 * standard deviation of about 1 on image-like inputs. The weights are the same in every run on a machine; elsewhere their
 * last bits may differ, since ONNX Runtime measures the layers.
 */
public enum Zoo {
    RESNET_18("ResNet-18", 11_689_512, 1_814, ResNets::resNet18),
    RESNET_50("ResNet-50", 25_557_032, 4_089, ResNets.bottlenecks(new int[] {3, 4, 6, 3}, 1, 64)),
    RESNEXT_50_32X4D("ResNeXt-50 32x4d", 25_028_904, 4_230, ResNets.bottlenecks(new int[] {3, 4, 6, 3}, 32, 4)),
    RESNEXT_101_32X8D("ResNeXt-101 32x8d", 88_791_336, 16_414, ResNets.bottlenecks(new int[] {3, 4, 23, 3}, 32, 8)),
    REGNETX_400MF(
            "RegNetX-400MF",
            5_495_976,
            414,
            ResNets.regNet(new int[] {1, 2, 7, 12}, new int[] {32, 64, 160, 400}, 16, 0)),
    REGNETY_400MF(
            "RegNetY-400MF",
            4_344_144,
            402,
            ResNets.regNet(new int[] {1, 3, 6, 6}, new int[] {48, 104, 208, 440}, 8, 0.25)),
    SHUFFLENET_V1_G3("ShuffleNetV1 g3", 1_865_728, 137, ShuffleNets::v1),
    SHUFFLENET_V2("ShuffleNetV2", 2_278_604, 145, ShuffleNets::v2),
    MOBILENET_V2("MobileNetV2", 3_504_872, 301, MobileNets::mobileNetV2),
    MOBILENET_V3_LARGE("MobileNetV3-Large", 5_483_032, 217, MobileNets::mobileNetV3Large),
    EFFICIENTNET_B0("EfficientNet-B0", 5_288_548, 386, MobileNets::efficientNetB0),
    SQUEEZENET_1_1("SqueezeNet 1.1", 1_235_496, 349, BranchingNets::squeezeNet),
    DENSENET_121("DenseNet-121", 7_978_856, 2_834, BranchingNets::denseNet121),
    GOOGLENET("GoogLeNet", 6_624_904, 1_498, BranchingNets::googLeNet),
    GOOGLENET_2014("GoogLeNet of 2014", 6_998_552, 1_583, BranchingNets::googLeNet2014),
    VGG_16("VGG-16", 138_357_544, 15_470, BranchingNets::vgg16);

    /** The image size of the papers. */
    public static final int IMAGE_SIZE = 224;

    /** One with which no squeeze-and-excitation gets stuck: its four to ten hidden values can all be alike by chance. */
    private static final long SEED = 17;

    private final String title;
    private final long publishedParameters;
    private final long publishedMegaMultiplyAdds;

    @SuppressWarnings("ImmutableEnumChecker") // A method of one of the classes beside this one: none has state.
    private final Structure structure;

    /** Statistics by image size: small, unlike the weights, which are made again from them in less than a second. */
    @SuppressWarnings("ImmutableEnumChecker") // A cache.
    private final Map<Integer, Map<String, float[]>> statistics = new ConcurrentHashMap<>();

    /** Networks by image size, as long as there is memory for them: several tests ask for the same. */
    @SuppressWarnings("ImmutableEnumChecker") // A cache.
    private final Map<Integer, SoftReference<Network>> written = new ConcurrentHashMap<>();

    Zoo(String title, long publishedParameters, long publishedMegaMultiplyAdds, Structure structure) {
        this.title = title;
        this.publishedParameters = publishedParameters;
        this.publishedMegaMultiplyAdds = publishedMegaMultiplyAdds;
        this.structure = structure;
    }

    /** The published number of learnt parameters, at {@link #IMAGE_SIZE}. */
    public long publishedParameters() {
        return publishedParameters;
    }

    /** The published number of multiply-adds of an image of {@link #IMAGE_SIZE}, in millions. */
    public long publishedMegaMultiplyAdds() {
        return publishedMegaMultiplyAdds;
    }

    /** The number of learnt parameters, without making any. */
    public long parameters() {
        return NetworkBuilder.parameters(NetworkBuilder.image(IMAGE_SIZE), structure);
    }

    /** The network for images of three channels and {@code size x size} pixels. */
    public Network network(int size) {
        SoftReference<Network> known = written.get(size);
        Network network = known == null ? null : known.get();
        if (network == null) {
            FeatureMap input = NetworkBuilder.image(size);
            Map<String, float[]> measured =
                    statistics.computeIfAbsent(size, any -> NetworkBuilder.measure(title, seed(), input, structure));
            network = NetworkBuilder.write(title, seed(), input, structure, measured);
            written.put(size, new SoftReference<>(network));
        }
        return network;
    }

    /** The same nodes, with weights that nothing was measured for: to be looked at, not to be run. */
    Network uncalibrated(int size) {
        return NetworkBuilder.writeUncalibrated(title, seed(), NetworkBuilder.image(size), structure);
    }

    private long seed() {
        return SEED + name().hashCode();
    }

    @Override
    public String toString() {
        return title;
    }
}
