package dev.lanewise.spark;

import dev.lanewise.engine.Model;
import dev.lanewise.engine.ModelException;
import dev.lanewise.engine.ModelSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * The models built in this JVM, by content hash. All tasks of an executor share one model; tasks that ask for it while it
 * is being built wait for that one build.
 */
final class ModelCache {

    /** Models kept; beyond it the one unused for longest goes, so that a long-lived executor does not fill up. */
    private static final int CAPACITY = 8;

    private static final Map<String, FutureTask<Model>> MODELS = new LinkedHashMap<>(16, 0.75f, true);
    private static final AtomicLong BUILDS = new AtomicLong();

    private ModelCache() {}

    /**
     * The model of that hash, built from {@code source} if it is not here yet.
     *
     * @throws ModelException if the model cannot be built; the next call tries again
     */
    static Model model(String contentHash, Supplier<ModelSource> source) {
        while (true) {
            FutureTask<Model> own = new FutureTask<>(() -> build(source.get()));
            FutureTask<Model> build = register(contentHash, own);
            if (build == own) {
                own.run();
            }
            try {
                return build.get();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while waiting for a model to be built", e);
            } catch (ExecutionException e) {
                forget(contentHash, build);
                // Another task's build can fail for a reason of that task alone, such as being killed: then build here.
                if (build == own || e.getCause() instanceof ModelException) {
                    throw rethrown(e);
                }
            }
        }
    }

    /** How many models this JVM has built. */
    static long builds() {
        return BUILDS.get();
    }

    private static Model build(ModelSource source) {
        BUILDS.incrementAndGet();
        return Model.load(source);
    }

    private static FutureTask<Model> register(String contentHash, FutureTask<Model> own) {
        synchronized (MODELS) {
            FutureTask<Model> earlier = MODELS.putIfAbsent(contentHash, own);
            if (MODELS.size() > CAPACITY) {
                MODELS.remove(MODELS.keySet().iterator().next());
            }
            return earlier == null ? own : earlier;
        }
    }

    private static void forget(String contentHash, FutureTask<Model> failed) {
        synchronized (MODELS) {
            MODELS.remove(contentHash, failed);
        }
    }

    private static RuntimeException rethrown(ExecutionException failure) {
        Throwable cause = failure.getCause();
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof RuntimeException exception ? exception : new IllegalStateException(cause);
    }
}
