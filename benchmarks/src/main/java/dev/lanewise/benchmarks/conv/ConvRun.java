package dev.lanewise.benchmarks.conv;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Has one JVM after another measure the same workloads and puts together what they found. Schedules that the first one
 * had to look for are given to the others.
 *
 * @param workloads to be measured
 * @param packings to be measured besides
 * @param forks JVMs, one after the other
 * @param time after which no further JVM is started
 */
public record ConvRun(List<ConvBenchmark> workloads, List<PackBenchmark> packings, int forks, Duration time) {

    public ConvRun {
        if (forks < 1) {
            throw new IllegalArgumentException("there must be at least one fork, not " + forks);
        }
    }

    /** Measures in another JVM; {@link ConvFork#start} does. */
    public interface Measuring {
        ForkAnswer measure(ConvRequest request) throws IOException;
    }

    /**
     * @param first what to ask the first JVM
     * @param progress takes a line for every JVM
     * @throws IOException if a JVM fails
     */
    public ConvReport measure(ConvRequest first, Measuring measuring, Consumer<String> progress) throws IOException {
        ConvRequest request = first;
        List<ForkAnswer> answers = new ArrayList<>();
        long start = System.nanoTime();
        long longest = 0;
        for (int fork = 0; fork < forks; fork++) {
            long before = System.nanoTime();
            if (fork > 0 && before - start + longest > time.toNanos()) {
                progress.accept("no time for more than " + fork + " of " + forks + " JVMs");
                break;
            }
            progress.accept("JVM " + (fork + 1) + " of " + forks);
            ForkAnswer answer = measuring.measure(request);
            answers.add(answer);
            longest = Math.max(longest, System.nanoTime() - before);
            request = request.withSchedules(schedules(answer)).withKnownPeak(knownPeak(request, answer));
        }
        return report(request, answers);
    }

    private ConvReport report(ConvRequest request, List<ForkAnswer> answers) {
        List<ConvResult> results = new ArrayList<>();
        for (int i = 0; i < workloads.size(); i++) {
            int index = i;
            results.add(new ConvResult(
                    workloads.get(i),
                    request.threads(),
                    answers.stream()
                            .map(answer -> answer.convolutions().get(index))
                            .toList(),
                    request.knownPeak()));
        }
        List<PackResult> packed = new ArrayList<>();
        for (int i = 0; i < packings.size(); i++) {
            int index = i;
            packed.add(new PackResult(
                    packings.get(i),
                    answers.stream().map(answer -> answer.packings().get(index)).toList()));
        }
        return new ConvReport(results, packed);
    }

    private static Map<String, String> schedules(ForkAnswer answer) {
        Map<String, String> schedules = new LinkedHashMap<>();
        answer.convolutions().forEach(result -> schedules.put(result.name(), result.schedule()));
        return schedules;
    }

    private static double knownPeak(ConvRequest request, ForkAnswer answer) {
        return answer.convolutions().stream()
                .mapToDouble(ForkResult::peakGflops)
                .reduce(request.knownPeak(), Math::max);
    }
}
