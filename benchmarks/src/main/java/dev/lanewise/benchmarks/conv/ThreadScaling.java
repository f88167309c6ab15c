package dev.lanewise.benchmarks.conv;

import dev.lanewise.benchmarks.measure.Times;

/**
 * How much faster several threads are than one, measured in the same rounds; the factors are medians of those within a round.
 *
 * @param oneThread our tuned kernel on one thread
 * @param lanewise the factor that our kernel gains
 * @param peak the factor that the FMA peak gains: threads that share a core, or its clock, gain less than their number
 */
public record ThreadScaling(Times oneThread, double lanewise, double peak) {

    private static final double GAIN_OF_A_THREAD = 0.9;

    /**
     * What threads are to gain, 1.8 for two, but no more than the peak does.
     *
     * @param peak the factor that the FMA peak gains
     */
    static double wanted(int threads, double peak) {
        return Math.min(GAIN_OF_A_THREAD * threads, peak);
    }
}
