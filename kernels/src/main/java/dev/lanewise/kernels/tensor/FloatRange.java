package dev.lanewise.kernels.tensor;

/** Parts of arrays that kernels are told to work on. */
public final class FloatRange {

    private FloatRange() {}

    /**
     * @param what names the array in the message
     * @throws IllegalArgumentException if the elements {@code from} to {@code from + count - 1} are not all in the array
     */
    public static void require(String what, float[] data, int from, long count) {
        if (from < 0 || count < 0 || count > data.length - (long) from) {
            throw new IllegalArgumentException(what + " has " + data.length + " elements, but " + count
                    + " are asked for from element " + from + " on");
        }
    }

    /** @throws IllegalArgumentException if a tensor of this layout that begins at {@code base} is not all in the array */
    public static void require(String what, float[] data, int base, BlockedLayout layout) {
        require(what, data, base, layout.size());
    }
}
