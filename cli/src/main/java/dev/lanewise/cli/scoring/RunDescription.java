package dev.lanewise.cli.scoring;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What all rows of a scored dataset have in common: anything that would make other rows of the same images.
 *
 * @param layout the version of the files that describe the dataset
 * @param model where it was read
 * @param modelHash its SHA-256
 * @param options by the names that the command line has for them
 */
record RunDescription(
        @JsonProperty("layout") int layout,
        @JsonProperty("model") String model,
        @JsonProperty("modelHash") String modelHash,
        @JsonProperty("options") Map<String, String> options) {

    static final int LAYOUT = 1;

    RunDescription {
        options = new TreeMap<>(options);
    }

    /**
     * Checks that rows of this run may stand beside those of an earlier one.
     *
     * @param output for the message
     * @throws IllegalArgumentException if they may not; the message names the first difference
     */
    void requireSameAs(RunDescription earlier, String output) {
        if (layout != earlier.layout) {
            throw refusal(output, "by another version of Lanewise");
        }
        if (!modelHash.equals(earlier.modelHash)) {
            throw refusal(
                    output,
                    model.equals(earlier.model)
                            ? "with other contents of the model " + model
                            : "with another model, " + earlier.model);
        }
        TreeMap<String, String> all = new TreeMap<>(earlier.options);
        all.putAll(options);
        for (String name : all.keySet()) {
            String now = options.get(name);
            String then = earlier.options.get(name);
            if (!Objects.equals(now, then)) {
                throw refusal(output, "with " + name + " '" + then + "', not '" + now + "'");
            }
        }
    }

    private static IllegalArgumentException refusal(String output, String how) {
        return new IllegalArgumentException("output " + output + " was made " + how
                + "; resume with what it was made with, give another folder, or --overwrite it");
    }
}
