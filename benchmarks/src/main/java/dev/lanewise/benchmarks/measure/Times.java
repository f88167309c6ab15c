package dev.lanewise.benchmarks.measure;

/** Microseconds a run: the best sample, and the middle one. */
public record Times(double best, double median) {

    public static Times of(Samples micros) {
        return new Times(micros.best(), micros.median());
    }
}
