package dev.lanewise.spark.model;

import dev.lanewise.engine.ModelException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * Things that are dear to build, each built once and lent to all who ask. One that is lent stays. One that is not goes when
 * nobody has asked for it for a while, or, those unused for longest first, while all together weigh more than they may; the
 * one used last stays even if it alone is too heavy, since its next user would only build it again.
 *
 * @param <K> what tells them apart
 * @param <M> what is built
 */
final class LeasedModels<K, M> {

    /** How often one who waits for another's build looks whether it was cancelled. */
    private static final long PATIENCE_MILLIS = 100;

    private final Supplier<ModelCacheLimits> limits;
    private final ToLongFunction<M> weight;
    private final LongSupplier clock;
    private final AtomicLong builds = new AtomicLong();

    /** In the order of their last use. */
    private final Map<K, Entry<M>> entries = new LinkedHashMap<>(16, 0.75f, true);

    private static final class Entry<M> {
        final FutureTask<M> build;
        int leases;
        long usedAt;
        long weight;

        Entry(FutureTask<M> build) {
            this.build = build;
        }
    }

    /**
     * @param weight in bytes; may grow with use, and is asked for whenever one comes back
     * @param clock in nanoseconds
     */
    LeasedModels(Supplier<ModelCacheLimits> limits, ToLongFunction<M> weight, LongSupplier clock) {
        this.limits = limits;
        this.weight = weight;
        this.clock = clock;
    }

    /**
     * Lends one, built by the first who asks while the others wait; a build that fails is forgotten.
     *
     * @param cancelled asked while waiting for another's build
     * @throws CancellationException if it was, or the thread was interrupted, which it stays
     */
    Lease<M> lease(K key, Supplier<M> builder, BooleanSupplier cancelled) {
        while (true) {
            FutureTask<M> own = new FutureTask<>(() -> {
                builds.incrementAndGet();
                return builder.get();
            });
            Entry<M> entry = take(key, own);
            try {
                if (entry.build == own) {
                    own.run();
                }
                M model = await(entry.build, cancelled);
                return new Lease<>(model, () -> giveBack(key, entry, model));
            } catch (ExecutionException e) {
                forget(key, entry);
                // Another's build can fail for a reason of its own alone, such as being killed: then build here.
                if (entry.build == own || e.getCause() instanceof ModelException) {
                    throw rethrown(e);
                }
            } catch (CancellationException e) {
                synchronized (entries) {
                    entry.leases--;
                }
                throw e;
            }
        }
    }

    private static <M> M await(FutureTask<M> build, BooleanSupplier cancelled) throws ExecutionException {
        while (true) {
            try {
                return build.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException waiting) {
                if (cancelled.getAsBoolean()) {
                    throw new CancellationException("cancelled while a model was being built");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CancellationException("interrupted while a model was being built");
            }
        }
    }

    /** Lets those go that nobody uses and that are due. Returns the nanoseconds until the next may be; none if none is left. */
    Optional<Long> evictIdle() {
        long now = clock.getAsLong();
        long timeout = limits.get().idleTimeout().toNanos();
        synchronized (entries) {
            entries.values().removeIf(entry -> entry.leases == 0 && now - entry.usedAt >= timeout);
            return entries.values().stream()
                    .map(entry -> entry.leases > 0 ? timeout : timeout - (now - entry.usedAt))
                    .min(Long::compare);
        }
    }

    /** How many have been built, ever. */
    long builds() {
        return builds.get();
    }

    int size() {
        synchronized (entries) {
            return entries.size();
        }
    }

    /** What all of them weigh, in bytes, as far as they have been used. */
    long totalWeight() {
        synchronized (entries) {
            return entries.values().stream().mapToLong(entry -> entry.weight).sum();
        }
    }

    private Entry<M> take(K key, FutureTask<M> own) {
        synchronized (entries) {
            Entry<M> entry = entries.computeIfAbsent(key, unused -> new Entry<>(own));
            entry.leases++;
            entry.usedAt = clock.getAsLong();
            return entry;
        }
    }

    private void giveBack(K key, Entry<M> entry, M model) {
        long weighed = weight.applyAsLong(model);
        synchronized (entries) {
            entry.leases--;
            entry.usedAt = clock.getAsLong();
            entry.weight = weighed;
            // Makes it the one used last.
            entries.computeIfPresent(key, (same, kept) -> kept);
            evictHeaviness();
        }
    }

    private void evictHeaviness() {
        long excess = totalWeight() - limits.get().bytes();
        Iterator<Entry<M>> oldestFirst = entries.values().iterator();
        while (excess > 0 && oldestFirst.hasNext()) {
            Entry<M> entry = oldestFirst.next();
            if (entry.leases == 0 && oldestFirst.hasNext()) {
                oldestFirst.remove();
                excess -= entry.weight;
            }
        }
    }

    private void forget(K key, Entry<M> failed) {
        synchronized (entries) {
            entries.remove(key, failed);
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
