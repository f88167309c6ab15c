package dev.lanewise.benchmarks.conv;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What several JVMs measured of packing one tensor. */
public record PackResult(PackBenchmark benchmark, List<PackBenchmark.Result> forks) {

    /** The JVM that is the median one in packing, compared with copying. */
    public PackBenchmark.Result median() {
        List<PackBenchmark.Result> sorted = new ArrayList<>(forks);
        sorted.sort(Comparator.comparingDouble(PackBenchmark.Result::packOverCopy));
        return sorted.get((sorted.size() - 1) / 2);
    }

    /** Bytes of the tensor, in billions a second. */
    public double gigabytesPerSecond(double micros) {
        return benchmark.bytes() / micros / 1e3;
    }
}
