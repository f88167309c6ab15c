package dev.lanewise.benchmarks.model;

import dev.lanewise.benchmarks.measure.Times;
import dev.lanewise.benchmarks.model.BatchFigures.Timed;

/** Made-up figures of JVMs. */
public final class Answers {

    private static final ColdStart COLD = new ColdStart(1_000, 500, 1_750, 12);

    private Answers() {}

    /** Of a JVM in which we took so many microseconds, and the peer so many times as much. */
    public static BatchFigures figures(int batch, double micros, double speedup) {
        Times ours = new Times(micros, micros + 10_000);
        Times theirs = new Times(micros * speedup, micros * speedup + 20_000);
        return new BatchFigures(
                batch, COLD, 32.0, 97.5, 2.345e-6, 1e-4, new Timed(30, ours, theirs, 100, 80.0, speedup));
    }

    /** Of a JVM without a peer, for a model that does not say how large its arena is. */
    static BatchFigures alone(int batch) {
        return new BatchFigures(
                batch, COLD, null, 97.5, null, 1e-4, new Timed(30, new Times(7, 8), null, 100, null, null));
    }

    /** Of a JVM in which the outputs were apart. */
    public static BatchFigures apart(int batch) {
        return new BatchFigures(batch, COLD, 32.0, 97.5, 0.0123, 1e-4, null);
    }
}
