package dev.lanewise.spark;

/** What becomes of a row whose image cannot be scored: missing, truncated, not an image, too large. */
public enum HandleInvalid {
    /** The row stays; its result columns are null and {@code error} tells the reason. */
    KEEP,
    /** The row is left out and counted, see {@link ImageInference#skipped()}. */
    SKIP,
    /** The job fails with an {@link InvalidImageException} that names the image and the reason. */
    ERROR
}
