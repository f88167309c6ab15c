package dev.lanewise.cli.scoring;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The names of the classes, one a line, in UTF-8; empty lines at the end do not count. */
final class LabelsFile {

    private LabelsFile() {}

    /** @throws IllegalArgumentException if the file is no text, or names nothing */
    static List<String> read(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IllegalArgumentException(
                    "labels " + file + " is a folder; give a text file with one name a line");
        }
        List<String> labels = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
                labels.add(line.strip());
            }
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("labels file " + file + " is not UTF-8 text", e);
        }
        while (!labels.isEmpty() && labels.get(labels.size() - 1).isEmpty()) {
            labels.remove(labels.size() - 1);
        }
        if (labels.isEmpty()) {
            throw new IllegalArgumentException("labels file " + file + " is empty; it needs one name a line");
        }
        return List.copyOf(labels);
    }
}
