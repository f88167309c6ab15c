package dev.lanewise.arrow.preprocess;

/** Pixels down and across. */
public record ImageSize(int height, int width) {

    @Override
    public String toString() {
        return height + "x" + width + " (height x width)";
    }
}
