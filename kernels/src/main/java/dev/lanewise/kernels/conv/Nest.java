package dev.lanewise.kernels.conv;

import dev.lanewise.kernels.codegen.WarmUp;
import dev.lanewise.kernels.parallel.WorkerPool;
import dev.lanewise.kernels.tensor.BlockedLayout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The loops around the kernels of a convolution. */
interface Nest {

    /** Those of the kernels. */
    List<WarmUp> warmUps();

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
