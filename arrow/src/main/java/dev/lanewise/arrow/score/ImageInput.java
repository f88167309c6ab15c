package dev.lanewise.arrow.score;

import dev.lanewise.arrow.image.Pixels;

/** What a row offers to be scored. */
public sealed interface ImageInput {

    /** An image file. */
    record Encoded(byte[] bytes) implements ImageInput {}

    /** An image that has been decoded already. */
    record Decoded(Pixels pixels) implements ImageInput {}

    /**
     * No image.
     *
     * @param reason what the row's score will give as its error, in one line
     */
    record Missing(String reason) implements ImageInput {}
}
