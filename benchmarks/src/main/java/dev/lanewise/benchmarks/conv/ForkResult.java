package dev.lanewise.benchmarks.conv;

import dev.lanewise.benchmarks.measure.FmaPeak;
import dev.lanewise.benchmarks.measure.Times;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one JVM measured of one workload. Times are those of a run; ratios are medians of the ratios within a round.
 *
 * @param schedule the tuned schedule's label
 * @param kernels the names of its generated kernels
 * @param vectorBits of them
 * @param lanewise tuned, blocked in and out
 * @param packed tuned, with packing from NCHW and unpacking
 * @param byDefault with the schedule that the cost model chooses
 * @param peer its whole run, NCHW in and out
 * @param peerConvolution microseconds of its convolution alone
 * @param copy the time of copying as many bytes as input and output have together
 * @param peakGflops the most that the cores reached in the same rounds
 * @param speedup the peer's whole run over {@code packed}
 * @param speedupNode the peer's convolution over {@code lanewise}
 * @param defaultOverTuned {@code byDefault} over {@code lanewise}
 * @param scaling what several threads gain; null with one
 */
public record ForkResult(
        String name,
        String schedule,
        String defaultSchedule,
        List<String> kernels,
        int vectorBits,
        int rounds,
        Times lanewise,
        Times packed,
        Times byDefault,
        @Nullable Times peer,
        @Nullable Double peerConvolution,
        Times copy,
        double peakGflops,
        double gflops,
        @Nullable Double speedup,
        @Nullable Double speedupNode,
        double defaultOverTuned,
        double overCopy,
        @Nullable ThreadScaling scaling) {

    public double shareOfPeak() {
        return gflops / peakGflops;
    }

    /**
     * Why the figures are not to be believed.
     *
     * @param knownPeak GFLOP/s that these cores have shown
     */
    public Optional<String> flaw(double knownPeak) {
        if (FmaPeak.isDisturbed(peakGflops, knownPeak)) {
            return Optional.of("the peak stayed below 95 % of what this CPU has shown");
        }
        if (scaling != null && scaling.peak() < 1) {
            return Optional.of("several threads had less than a core to themselves");
        }
        boolean direct = !name.endsWith(ConvBenchmark.WINOGRAD);
        return direct && shareOfPeak() > 1 ? Optional.of("the kernel exceeds the peak") : Optional.empty();
    }
}
