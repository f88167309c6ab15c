package dev.lanewise.spark.model;

import java.util.concurrent.atomic.AtomicBoolean;

/** Something that stays in its cache until it is given back. */
public final class Lease<M> implements AutoCloseable {

    private final M model;
    private final Runnable giveBack;
    private final AtomicBoolean given = new AtomicBoolean();

    Lease(M model, Runnable giveBack) {
        this.model = model;
        this.giveBack = giveBack;
    }

    public M model() {
        return model;
    }

    /** Gives it back; a second call does nothing. */
    @Override
    public void close() {
        if (given.compareAndSet(false, true)) {
            giveBack.run();
        }
    }
}
