package dev.lanewise.spark.score;

import dev.lanewise.arrow.score.ImageScorer;
import dev.lanewise.engine.Model;
import dev.lanewise.engine.ModelException;
import dev.lanewise.spark.model.Lease;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.apache.arrow.memory.BufferAllocator;

/** Makes a model ready before a task needs it. */
public final class WarmUp {

    private WarmUp() {}

    /**
     * Builds the model and compiles its kernels, unless that has been done, on the calling thread alone. Tasks that ask for
     * the model meanwhile wait for what is left of it.
     *
     * @param cancelled asked while another builds the model, and before every layer of its first run
     * @throws ModelException if the model cannot be built
     * @throws IllegalArgumentException if the model and the options do not fit each other
     * @throws CancellationException if it was cancelled
     */
    public static void run(ScoringRequest request, BooleanSupplier cancelled) {
        try (Lease<Model> model = request.model().lease(cancelled)) {
            BufferAllocator memory = ExecutorMemory.openTask("lanewise warm-up");
            try (ImageScorer scorer =
                    ImageScorer.of(model.model(), request.options().withThreads(1), memory, cancelled)) {
                scorer.warmUp();
            } finally {
                ExecutorMemory.closeTask(memory);
            }
        }
    }
}
