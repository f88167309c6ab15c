package dev.lanewise.kernels.tensor;

/**
 * Where the elements of an image batch lie in memory: {@code [batch][block][padTop + height + padBottom][padLeft + width +
 * padRight][lane]}, floats. The padding is physically there and holds zeros, which whoever reuses the memory restores with
 * {@link #clearPadding}; kernels never write it. With blocks of one slot, this is NCHW.
 */
public record BlockedLayout(
        int batch, ChannelOrder order, int height, int width, int padTop, int padLeft, int padBottom, int padRight) {

    public BlockedLayout {
        if (batch < 1 || height < 1 || width < 1) {
            throw new IllegalArgumentException(
                    "a layout of batch " + batch + " and " + height + " x " + width + " pixels is empty");
        }
        if (padTop < 0 || padLeft < 0 || padBottom < 0 || padRight < 0) {
            throw new IllegalArgumentException("negative padding: " + padTop + ", " + padLeft + ", " + padBottom + ", "
                    + padRight + " (top, left, bottom, right)");
        }
        long rows = (long) height + padTop + padBottom;
        long columns = (long) width + padLeft + padRight;
        long plane = rows > Integer.MAX_VALUE || columns > Integer.MAX_VALUE ? Long.MAX_VALUE : rows * columns;
        // Divided, not multiplied: no product of five ints can overflow this way.
        if (plane > Shape.MAX_ELEMENTS / (long) order.slots() / batch) {
            throw new IllegalArgumentException("a layout of batch " + batch + ", " + order.slots() + " slots and "
                    + rows + " x " + columns + " pixels has more elements than an array");
        }
    }

    /** Without padding. */
    public static BlockedLayout of(int batch, ChannelOrder order, int height, int width) {
        return new BlockedLayout(batch, order, height, width, 0, 0, 0, 0);
    }

    /** The same tensor with the padding that a window wants. */
    public BlockedLayout paddedFor(Window window) {
        return new BlockedLayout(
                batch, order, height, width, window.padTop(), window.padLeft(), window.padBottom(), window.padRight());
    }

    public int block() {
        return order.block();
    }

    /** Floats from a row to the next. */
    public int rowPitch() {
        return (padLeft + width + padRight) * order.block();
    }

    /** Floats from a block to the next. */
    public int blockPitch() {
        return (padTop + height + padBottom) * rowPitch();
    }

    /** Floats from an image to the next. */
    public int imagePitch() {
        return order.blocks() * blockPitch();
    }

    /** Floats of the whole batch. */
    public int size() {
        return batch * imagePitch();
    }

    /** Of the first lane of a pixel; rows and columns count from the first that is not padding. */
    public int offset(int image, int blockIndex, int row, int column) {
        return image * imagePitch()
                + blockIndex * blockPitch()
                + (row + padTop) * rowPitch()
                + (column + padLeft) * order.block();
    }

    /** Of an element, by its channel. */
    public int offsetOfChannel(int image, int channel, int row, int column) {
        int slot = order.slot(channel);
        return offset(image, slot / order.block(), row, column) + slot % order.block();
    }

    public boolean padded() {
        return padTop + padLeft + padBottom + padRight > 0;
    }

    /** The logical shape, {@code [batch, channels, height, width]}. */
    public Shape shape() {
        return Shape.of(batch, order.channels(), height, width);
    }

    /** Fills the padding of a tensor that begins at {@code base} with zeros. */
    public void clearPadding(float[] data, int base) {
        if (!padded()) {
            return;
        }
        int pixel = order.block();
        int image = width * pixel;
        // What follows a row lies beside what precedes the next one.
        int between = (padLeft + padRight) * pixel;
        for (int plane = 0; plane < batch * order.blocks(); plane++) {
            int start = base + plane * blockPitch();
            int end = start + blockPitch();
            int at = start + padTop * rowPitch() + padLeft * pixel;
            fill(data, start, at);
            for (int row = 1; row < height && between > 0; row++) {
                at += image;
                fill(data, at, at + between);
                at += between;
            }
            int last = start + (padTop + height) * rowPitch() - padRight * pixel;
            fill(data, last, end);
        }
    }

    private static void fill(float[] data, int from, int to) {
        // Mostly of a pixel or two: less than it takes to call for a fill.
        for (int i = from; i < to; i++) {
            data[i] = 0;
        }
    }
}
