package dev.lanewise.benchmarks.conv;

/** How far results may differ: ours not by a bit, a peer's by what another order of sums explains. */
final class Agreement {

    /** Of the largest element: sums of up to a few thousand products, in any order, stay well within. */
    static final double PEER_TOLERANCE = 2e-5;

    /** The same for Winograd's algorithm, which adds and subtracts before it multiplies. */
    static final double WINOGRAD_TOLERANCE = 2e-4;

    private Agreement() {}

    /** @return the index of the first element that differs, or -1 */
    static int firstDifferentBits(float[] expected, float[] actual) {
        requireSameLength(expected, actual);
        for (int i = 0; i < expected.length; i++) {
            if (Float.floatToIntBits(expected[i]) != Float.floatToIntBits(actual[i])) {
                return i;
            }
        }
        return -1;
    }

    /** The largest difference as a part of the largest element; infinite if an element is not finite. */
    static double largestDifference(float[] expected, float[] actual) {
        requireSameLength(expected, actual);
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < expected.length; i++) {
            if (!Float.isFinite(actual[i]) || !Float.isFinite(expected[i])) {
                return Double.POSITIVE_INFINITY;
            }
            largest = Math.max(largest, Math.abs(expected[i]));
            difference = Math.max(difference, Math.abs(expected[i] - actual[i]));
        }
        return difference == 0 ? 0 : difference / largest;
    }

    private static void requireSameLength(float[] expected, float[] actual) {
        if (expected.length != actual.length) {
            throw new IllegalArgumentException(actual.length + " elements, not " + expected.length);
        }
    }
}
