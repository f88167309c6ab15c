package dev.lanewise.engine;

/**
 * Is told how far a model has come on its way from a file to full speed, which takes seconds the first time in a JVM. It is
 * called by the thread that loads the model or warms it up, which waits for it.
 */
@FunctionalInterface
public interface ModelProgress {

    /** Tells nobody. */
    ModelProgress NONE = (phase, done, total) -> {};

    /** In this order. */
    enum Phase {
        /** The file is read. */
        READING,
        /** The graph passes through the compiler. */
        COMPILING,
        /** Kernels are generated; counts convolutions. */
        GENERATING,
        /** The JVM compiles kernels, and they are tried out; counts convolutions. */
        WARMING_UP,
        /** The network runs on zeros. */
        RUNNING
    }

    /**
     * @param done of {@code total}, from 0 at the beginning of a phase; {@code total} at its end
     * @param total of what the phase counts
     */
    void at(Phase phase, int done, int total);
}
