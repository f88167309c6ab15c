package dev.lanewise.benchmarks.conv;

import dev.lanewise.kernels.workload.ConvWorkload;
import org.jspecify.annotations.Nullable;

/** Convolutions of one kind, with what Lanewise wants to reach on them with one thread. */
public enum ConvClass {
    GROUPS_OF_2("2 per group", new Target(12.0, 2.5, 0.60), 0.50),
    GROUPS_OF_4("4 per group", new Target(8.0, 2.5, 0.70), 0.50),
    GROUPS_OF_8("8 per group", new Target(5.0, 2.5, 0.70), 0.45),
    GROUPS_OF_16("16 per group", new Target(1.3, 1.8, 0.65)),
    GROUPS_OF_32("32 per group and more", new Target(1.2, 1.5, 0.65)),
    DENSE("dense", new Target(1.0, 1.0, 0.80), 0.65),
    /** Its share of the peak counts the operations of the direct sum, of which it does a quarter. */
    WINOGRAD("dense, by Winograd", new Target(1.4, 1.0, null)),
    DENSE_STRIDED("dense, strided", new Target(null, null, null)),
    POINTWISE("1x1", new Target(1.0, 1.2, 0.80)),
    POINTWISE_HARD("1x1 with residual or of few pixels", new Target(1.0, 1.2, 0.75)),
    FIRST_LAYER("first layer", new Target(1.0, 1.0, null)),
    DEPTHWISE("depthwise", new Target(1.0, 3.0, 0.65), 0.55);

    /**
     * At least so much; null for no demand.
     *
     * @param speedupNode over the peer's convolution alone, blocked in and out
     * @param speedup over the peer's whole run, with packing from NCHW and unpacking to it
     * @param shareOfPeak of the fused multiply-adds that the core can do
     */
    public record Target(
            @Nullable Double speedupNode,
            @Nullable Double speedup,
            @Nullable Double shareOfPeak) {

        private Target withShareOfPeak(double other) {
            return new Target(speedupNode, speedup, other);
        }
    }

    /** Its C2 orders the loads of a loop otherwise, so kernels are held to shares of their own. */
    private static final int OTHER_SHARES_FROM_JDK = 25;

    private static final int FEW_PIXELS = 7 * 7;
    private static final int FIRST_LAYER_CHANNELS = 4;

    private final String label;

    @SuppressWarnings("ImmutableEnumChecker") // a record of boxed numbers
    private final Target target;

    @SuppressWarnings("ImmutableEnumChecker") // the same
    private final Target targetOfJdk25;

    ConvClass(String label, Target target) {
        this.label = label;
        this.target = target;
        this.targetOfJdk25 = target;
    }

    ConvClass(String label, Target target, double shareOfPeakOfJdk25) {
        this.label = label;
        this.target = target;
        this.targetOfJdk25 = target.withShareOfPeak(shareOfPeakOfJdk25);
    }

    public String label() {
        return label;
    }

    /** @param jdk feature version of the JVM that measured, such as 17 */
    public Target target(int jdk) {
        return jdk >= OTHER_SHARES_FROM_JDK ? targetOfJdk25 : target;
    }

    public static ConvClass of(ConvWorkload workload) {
        if (workload.groups() > 1) {
            return grouped(workload.inputChannelsPerGroup());
        }
        if (workload.inputChannels() <= FIRST_LAYER_CHANNELS) {
            return FIRST_LAYER;
        }
        if (workload.window().kernelHeight() * workload.window().kernelWidth() == 1) {
            boolean few = workload.outputHeight() * workload.outputWidth() <= FEW_PIXELS;
            return few || workload.epilogue().residual() ? POINTWISE_HARD : POINTWISE;
        }
        return workload.window().strideHeight() == 1 ? DENSE : DENSE_STRIDED;
    }

    private static ConvClass grouped(int channelsPerGroup) {
        if (channelsPerGroup == 1) {
            return DEPTHWISE;
        }
        if (channelsPerGroup < 4) {
            return GROUPS_OF_2;
        }
        if (channelsPerGroup < 8) {
            return GROUPS_OF_4;
        }
        if (channelsPerGroup < 16) {
            return GROUPS_OF_8;
        }
        return channelsPerGroup < 32 ? GROUPS_OF_16 : GROUPS_OF_32;
    }
}
