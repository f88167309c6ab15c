package dev.lanewise.cli.scoring;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * What one commit has added to a scored dataset.
 *
 * @param chunk its number, from 0
 * @param images how many were read
 * @param invalid those of them that could not be scored
 * @param files the names of the files with their rows
 * @param inputs the name of the file that lists the images
 */
record ChunkManifest(
        @JsonProperty("chunk") int chunk,
        @JsonProperty("images") long images,
        @JsonProperty("invalid") long invalid,
        @JsonProperty("files") List<String> files,
        @JsonProperty("inputs") String inputs) {

    ChunkManifest {
        files = List.copyOf(files);
    }

    /**
     * An image that a chunk holds, as it was when the run listed it.
     *
     * @param modified milliseconds since 1970
     */
    record Input(
            @JsonProperty("path") String path,
            @JsonProperty("length") long length,
            @JsonProperty("modified") long modified) {}
}
