package dev.lanewise.benchmarks.conv;

import java.util.List;
import java.util.Map;

/**
 * What one JVM is asked to measure.
 *
 * @param names of {@link ConvBenchmark}s
 * @param packings to be measured after them
 * @param peer whether ONNX Runtime takes part
 * @param rounds samples of every side
 * @param warmUpMillis how long every side runs before it is timed
 * @param thorough whether a workload that neither {@code schedules} nor the schedule log has is tuned with patience
 * @param schedules labels of tuned schedules, by the workload's name
 * @param knownPeak GFLOP/s that the cores are known to reach; 0 if nothing is known
 */
public record ConvRequest(
        List<String> names,
        List<PackBenchmark> packings,
        int threads,
        boolean peer,
        int rounds,
        int warmUpMillis,
        boolean thorough,
        Map<String, String> schedules,
        double knownPeak) {

    public ConvRequest withSchedules(Map<String, String> others) {
        return new ConvRequest(names, packings, threads, peer, rounds, warmUpMillis, thorough, others, knownPeak);
    }

    public ConvRequest withKnownPeak(double other) {
        return new ConvRequest(names, packings, threads, peer, rounds, warmUpMillis, thorough, schedules, other);
    }
}
