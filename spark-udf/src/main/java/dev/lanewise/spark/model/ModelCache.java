package dev.lanewise.spark.model;

import dev.lanewise.engine.Model;
import dev.lanewise.engine.ModelException;
import dev.lanewise.engine.ModelOptions;
import dev.lanewise.engine.ModelSource;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The models built in this JVM, by content hash and options. All tasks of an executor share one model; tasks that ask for it while it
 * is being built wait for that one build. Models that no task uses go after {@value ModelCacheLimits#IDLE_TIMEOUT}, or
 * earlier while all weigh more than {@value ModelCacheLimits#CACHE_BYTES}.
 */
public final class ModelCache {

    private record Key(String contentHash, ModelOptions options) {}

    private static final LeasedModels<Key, Model> MODELS =
            new LeasedModels<>(ModelCacheLimits::inForce, Model::memoryBytes, System::nanoTime);

    private static final long SHORTEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(100);

    /** Another application, with other limits, may start in this JVM. */
    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(5);

    private static @Nullable Thread sweeper;

    private ModelCache() {}

    /**
     * The model of that hash, compiled that way, built from {@code source} if it is not here yet. For a look at it: what
     * uses a model for longer takes a {@link #lease}.
     *
     * @throws ModelException if the model cannot be built; the next call tries again
     */
    public static Model model(String contentHash, ModelOptions options, Supplier<ModelSource> source) {
        try (Lease<Model> lease = lease(contentHash, options, source, () -> false)) {
            return lease.model();
        }
    }

    /**
     * As {@link #model}; until the lease is closed the model stays, so that others find it.
     *
     * @param cancelled asked while another builds the model
     * @throws CancellationException if it was, or the thread was interrupted, which it stays
     */
    public static Lease<Model> lease(
            String contentHash, ModelOptions options, Supplier<ModelSource> source, BooleanSupplier cancelled) {
        long idleTimeout = ModelCacheLimits.current().idleTimeout().toNanos();
        Lease<Model> lease =
                MODELS.lease(new Key(contentHash, options), () -> Model.load(source.get(), options), cancelled);
        ensureSweeper(idleTimeout);
        return lease;
    }

    /** How many models this JVM has built. */
    public static long builds() {
        return MODELS.builds();
    }

    /** How many models there are now. */
    public static int size() {
        return MODELS.size();
    }

    /** What the models that there are weigh, in bytes. */
    public static long bytes() {
        return MODELS.totalWeight();
    }

    /** The sweeper lives as long as there are models; it is no task's, and has nothing of the task that starts it. */
    private static synchronized void ensureSweeper(long firstNanos) {
        if (sweeper == null) {
            Thread thread = new Thread(null, () -> sweep(firstNanos), "lanewise-model-cache", 0, false);
            thread.setDaemon(true);
            thread.setContextClassLoader(ModelCache.class.getClassLoader());
            thread.start();
            sweeper = thread;
        }
    }

    private static void sweep(long firstNanos) {
        Optional<Long> pause = Optional.of(firstNanos);
        while (pause.isPresent()) {
            try {
                TimeUnit.NANOSECONDS.sleep(Math.min(LONGEST_PAUSE, Math.max(SHORTEST_PAUSE, pause.get())));
            } catch (InterruptedException ignored) {
                // Nobody has a reason to; looking early does no harm.
            }
            synchronized (ModelCache.class) {
                pause = MODELS.evictIdle();
                if (pause.isEmpty()) {
                    sweeper = null;
                }
            }
        }
    }
}
