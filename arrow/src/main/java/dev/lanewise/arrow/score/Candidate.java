package dev.lanewise.arrow.score;

import dev.lanewise.arrow.preprocess.ImageSize;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A row before its batch is complete.
 *
 * @param parts what it offers for each of the network's inputs; empty if it cannot be scored
 * @param error why it cannot
 */
record Candidate(List<Part> parts, @Nullable String error) {

    /**
     * What a row offers for one input.
     *
     * @param size what the image will have after preprocessing; null if these are values
     * @param bytes what it takes of the batch's limit
     */
    record Part(ImageInput input, @Nullable ImageSize size, long bytes) {}

    static Candidate unfit(@Nullable String error) {
        return new Candidate(List.of(), error);
    }

    long bytes() {
        return parts.stream().mapToLong(Part::bytes).sum();
    }

    /** Of each part its image's size, or none if it is values: rows that agree in it can share a run. */
    List<Optional<ImageSize>> form() {
        return parts.stream().map(part -> Optional.ofNullable(part.size())).toList();
    }
}
