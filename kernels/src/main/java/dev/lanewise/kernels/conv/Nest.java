package dev.lanewise.kernels.conv;

import dev.lanewise.kernels.parallel.WorkerPool;
import dev.lanewise.kernels.tensor.BlockedLayout;
import org.jspecify.annotations.Nullable;

/** The loops around the kernels of a convolution. */
interface Nest {

    /** Has C2 compile the kernels. */
    void warmUp();

    /** @param residualLayout null where there is no residual; the array is empty then */
    void run(
            float[] input,
            int inputBase,
            float[] residual,
            int residualBase,
            @Nullable BlockedLayout residualLayout,
            float[] output,
            int outputBase,
            WorkerPool pool);
}
