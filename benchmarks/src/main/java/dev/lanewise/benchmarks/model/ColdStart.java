package dev.lanewise.benchmarks.model;

import java.util.Arrays;

/**
 * How a JVM came to full speed: figures of a network, the same whatever batch is measured afterwards.
 *
 * @param loadMillis from the file to a model that is ready to run
 * @param firstImageMillis the first run after that, of one image
 * @param totalMillis from the start of the JVM to the end of the first run, what the benchmark itself does before included
 * @param imagesToFullSpeed images until others take no longer than the last ones of {@link #IMAGES}: as many were run before
 */
public record ColdStart(double loadMillis, double firstImageMillis, double totalMillis, int imagesToFullSpeed) {

    /** Run one after the other, as a caller would, before anything else is measured. */
    static final int IMAGES = 40;

    /** The images at the end whose median is full speed. */
    private static final int LAST = 10;

    /** The images whose median is compared with it: one that another program has held up does not count. */
    private static final int WINDOW = 5;

    /** A longer time than at full speed that still is full speed. */
    private static final double TOLERANCE = 1.1;

    /**
     * How many images were run before a first one with which full speed is reached.
     *
     * @param times of all images in their order, at least {@value #LAST}
     */
    static int imagesToFullSpeed(double[] times) {
        double full = median(times, times.length - LAST, times.length);
        for (int image = 0; image + WINDOW < times.length; image++) {
            if (times[image] <= TOLERANCE * full && median(times, image, image + WINDOW) <= TOLERANCE * full) {
                return image;
            }
        }
        return times.length - LAST;
    }

    private static double median(double[] times, int from, int to) {
        double[] sorted = Arrays.copyOfRange(times, from, to);
        Arrays.sort(sorted);
        return sorted[(sorted.length - 1) / 2];
    }
}
