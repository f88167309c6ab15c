package dev.lanewise.benchmarks.measure;

/** How far results are apart: ours may not differ by a bit, a peer's by what another order of sums explains. */
public final class Agreement {

    private Agreement() {}

    /** @return the index of the first element that differs, or -1 */
    public static int firstDifferentBits(float[] expected, float[] actual) {
        requireSameLength(expected, actual);
        for (int i = 0; i < expected.length; i++) {
            if (Float.floatToIntBits(expected[i]) != Float.floatToIntBits(actual[i])) {
                return i;
            }
        }
        return -1;
    }

    /** The largest difference as a part of the largest element; infinite if an element is not finite. */
    public static double largestDifference(float[] expected, float[] actual) {
        requireSameLength(expected, actual);
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < expected.length; i++) {
            if (!Float.isFinite(actual[i]) || !Float.isFinite(expected[i])) {
                return Double.POSITIVE_INFINITY;
            }
            largest = Math.max(largest, Math.abs(expected[i]));
            difference = Math.max(difference, Math.abs((double) expected[i] - actual[i]));
        }
        return difference == 0 ? 0 : difference / largest;
    }

    private static void requireSameLength(float[] expected, float[] actual) {
        if (expected.length != actual.length) {
            throw new IllegalArgumentException(actual.length + " elements, not " + expected.length);
        }
    }
}
