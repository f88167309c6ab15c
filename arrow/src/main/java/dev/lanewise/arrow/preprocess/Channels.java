package dev.lanewise.arrow.preprocess;

/** The channels that a network reads, in its order. */
public enum Channels {
    RGB(3),
    BGR(3),
    GRAY(1);

    private final int count;

    Channels(int count) {
        this.count = count;
    }

    public int count() {
        return count;
    }
}
