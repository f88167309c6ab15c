package dev.lanewise.kernels.pooling;

/**
 * Along one axis, which taps of one window lie in the image, and how many in the image or its padding.
 *
 * @param from the first tap in the image
 * @param to one more than the last; {@code from} if there is none
 * @param padded taps that are no further out than the padding
 */
record TapRange(int from, int to, int padded) {

    /** The taps of the window that belongs to an output position. */
    static TapRange of(int output, int stride, int dilation, int taps, int padBefore, int padAfter, int length) {
        long start = (long) output * stride - padBefore;
        int from = start >= 0 ? 0 : taps(-start, dilation, taps);
        int to = taps(length - start, dilation, taps);
        return new TapRange(Math.min(from, to), to, taps(length + (long) padAfter - start, dilation, taps));
    }

    /** How many of the taps lie less than a distance from the first one. */
    private static int taps(long distance, int dilation, int taps) {
        return (int) Math.max(0, Math.min(taps, (distance + dilation - 1) / dilation));
    }

    int count() {
        return to - from;
    }
}
