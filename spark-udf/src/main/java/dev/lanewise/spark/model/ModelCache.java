package dev.lanewise.spark.model;

import dev.lanewise.engine.Model;
import dev.lanewise.engine.ModelException;
import dev.lanewise.engine.ModelOptions;
import dev.lanewise.engine.ModelSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * The models built in this JVM, by content hash and options. All tasks of an executor share one model; tasks that ask for it while it
 * is being built wait for that one build.
 */
public final class ModelCache {

    /** Models kept; beyond it the one unused for longest goes, so that a long-lived executor does not fill up. */
    private static final int CAPACITY = 8;

    private record Key(String contentHash, ModelOptions options) {}

    private static final Map<Key, FutureTask<Model>> MODELS = new LinkedHashMap<>(16, 0.75f, true);
    private static final AtomicLong BUILDS = new AtomicLong();

    private ModelCache() {}

    /**
     * The model of that hash, compiled that way, built from {@code source} if it is not here yet.
     *
     * @throws ModelException if the model cannot be built; the next call tries again
     */
    public static Model model(String contentHash, ModelOptions options, Supplier<ModelSource> source) {
        Key key = new Key(contentHash, options);
        while (true) {
            FutureTask<Model> own = new FutureTask<>(() -> build(source.get(), options));
            FutureTask<Model> build = register(key, own);
            if (build == own) {
                own.run();
            }
            try {
                return build.get();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while waiting for a model to be built", e);
            } catch (ExecutionException e) {
                forget(key, build);
                // Another task's build can fail for a reason of that task alone, such as being killed: then build here.
                if (build == own || e.getCause() instanceof ModelException) {
                    throw rethrown(e);
                }
            }
        }
    }

    /** How many models this JVM has built. */
    public static long builds() {
        return BUILDS.get();
    }

    private static Model build(ModelSource source, ModelOptions options) {
        BUILDS.incrementAndGet();
        return Model.load(source, options);
    }

    private static FutureTask<Model> register(Key key, FutureTask<Model> own) {
        synchronized (MODELS) {
            FutureTask<Model> earlier = MODELS.putIfAbsent(key, own);
            if (MODELS.size() > CAPACITY) {
                MODELS.remove(MODELS.keySet().iterator().next());
            }
            return earlier == null ? own : earlier;
        }
    }

    private static void forget(Key key, FutureTask<Model> failed) {
        synchronized (MODELS) {
            MODELS.remove(key, failed);
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
