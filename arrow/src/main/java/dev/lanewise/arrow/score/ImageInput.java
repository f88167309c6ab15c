package dev.lanewise.arrow.score;

import dev.lanewise.arrow.image.Pixels;

/** What a row offers to be scored. */
public sealed interface ImageInput {

    /** An image file. */
    record Encoded(byte[] bytes) implements ImageInput {}

    /** An image that has been decoded already. */
    record Decoded(Pixels pixels) implements ImageInput {}

    /**
     * What the network reads, preprocessed by whoever made it.
     *
     * @param elements {@code [channels][height][width]} of the network's input, whose height and width must be fixed
     */
    record Values(float[] elements) implements ImageInput {}

    /**
     * No image.
     *
     * @param reason what the row's score will give as its error, in one line
     */
    record Missing(String reason) implements ImageInput {}
}
