package dev.lanewise.kernels.conv;

import dev.lanewise.kernels.reference.ReferenceConvolution;
import dev.lanewise.kernels.reference.ReferenceWinograd;
import dev.lanewise.kernels.tensor.BlockedLayout;
import dev.lanewise.kernels.workload.ConvParameters;
import org.jspecify.annotations.Nullable;

/** The scalar reference on blocked tensors: what runs where there are no vectors. */
record ScalarConvolution(ConvPlan plan, ConvParameters parameters) {

    void run(
            float[] input,
            int inputBase,
            float @Nullable [] residual,
            int residualBase,
            float[] output,
            int outputBase) {
        float[] addend = residual == null ? null : unpack(plan.output(), residual, residualBase);
        float[] logical = unpack(plan.input(), input, inputBase);
        float[] result = plan.algorithm() == Algorithm.WINOGRAD
                ? ReferenceWinograd.convolve(plan.workload(), parameters, logical, addend)
                : ReferenceConvolution.convolve(plan.workload(), parameters, logical, addend);
        pack(plan.output(), result, output, outputBase);
    }

    /** To NCHW. */
    private static float[] unpack(BlockedLayout layout, float[] blocked, int base) {
        float[] logical = new float[layout.shape().size()];
        forEach(layout, (index, offset) -> logical[index] = blocked[base + offset]);
        return logical;
    }

    private static void pack(BlockedLayout layout, float[] logical, float[] blocked, int base) {
        forEach(layout, (index, offset) -> blocked[base + offset] = logical[index]);
    }

    private interface Visitor {
        void element(int index, int offset);
    }

    private static void forEach(BlockedLayout layout, Visitor visitor) {
        int index = 0;
        for (int image = 0; image < layout.batch(); image++) {
            for (int channel = 0; channel < layout.order().channels(); channel++) {
                for (int row = 0; row < layout.height(); row++) {
                    int offset = layout.offsetOfChannel(image, channel, row, 0);
                    for (int column = 0; column < layout.width(); column++) {
                        visitor.element(index++, offset + column * layout.block());
                    }
                }
            }
        }
    }
}
