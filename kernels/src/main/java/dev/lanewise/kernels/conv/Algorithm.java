package dev.lanewise.kernels.conv;

/** How a convolution is computed. It is chosen with the layouts when a network is compiled, never by a CPU. */
public enum Algorithm {
    /** Lanes are output channels; one input element at a time is broadcast to them. */
    DIRECT,
    /** As direct, for a 1x1 window: all pixels form one long row. */
    POINTWISE,
    /** As direct, for the few channels of an image, read as NCHW. */
    FIRST_LAYER,
    /** Lanes are groups: all operands are full vectors, however few channels a group has. */
    LANES_OVER_GROUPS,
    /** One input channel in each group: lanes are groups, that is channels. */
    DEPTHWISE,
    /**
     * F(4x4, 3x3): fewer products, and sums of their own, those of {@link
     * dev.lanewise.kernels.reference.ReferenceWinograd}.
     */
    WINOGRAD
}
