package dev.lanewise.benchmarks.conv;

import java.util.List;

/** All that one JVM measured. */
public record ForkAnswer(List<ForkResult> convolutions, List<PackBenchmark.Result> packings) {}
