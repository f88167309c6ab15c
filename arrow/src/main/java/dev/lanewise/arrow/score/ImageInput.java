package dev.lanewise.arrow.score;

import dev.lanewise.arrow.image.Pixels;
import java.util.List;

/** What a row offers to be scored. */
public sealed interface ImageInput {

    /** An image file. */
    record Encoded(byte[] bytes) implements ImageInput {}

    /** An image that has been decoded already. */
    record Decoded(Pixels pixels) implements ImageInput {}

    /**
     * What the network reads, preprocessed by whoever made it.
     *
     * @param elements {@code [channels][height][width]} of the network's input, or what else its dimensions after the
     *     first are, which must be fixed
     */
    record Values(float[] elements) implements ImageInput {}

    /**
     * Something for each of the network's inputs. A row is scored if none of them is missing.
     *
     * @param parts in the order of {@link ScoringOptions#inputs}
     */
    record Several(List<ImageInput> parts) implements ImageInput {

        public Several {
            parts = List.copyOf(parts);
        }
    }

    /**
     * No image.
     *
     * @param reason what the row's score will give as its error, in one line
     */
    record Missing(String reason) implements ImageInput {}
}
