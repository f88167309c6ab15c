package dev.lanewise.cli.conformance;

/** How a case ended. */
public sealed interface Verdict {

    record Passed() implements Verdict {}

    /** @param reason the first difference or error, in one line */
    record Failed(String reason) implements Verdict {}

    /** @param reason what Lanewise does not run: an operator, an element type, training, a third spatial dimension */
    record Skipped(String reason) implements Verdict {}
}
