package dev.lanewise.spark.model;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Reads the names of a model's classes from any file system that Hadoop knows. */
public final class LabelFiles {

    private static final long LARGEST = 64L << 20;

    private LabelFiles() {}

    /**
     * Reads one name a line, in UTF-8; empty lines at the end do not count. A path without a scheme is found as that of a
     * model is, see {@link ModelFiles#read}.
     *
     * @throws IllegalArgumentException if the file is missing, is no text, or names nothing
     */
    public static List<String> read(String location, Configuration configuration) {
        if (location.isBlank()) {
            throw new IllegalArgumentException(
                    "the path of the labels is empty; give a text file with one name a line");
        }
        try {
            Path path = ModelFiles.path(location);
            FileSystem files = path.getFileSystem(configuration);
            FileStatus status = files.getFileStatus(path);
            if (status.isDirectory()) {
                throw new IllegalArgumentException(
                        "labels " + location + " is a folder; give a text file with one name a line");
            }
            if (status.getLen() > LARGEST) {
                throw new IllegalArgumentException("labels file " + location + " has " + status.getLen()
                        + " bytes, more than " + LARGEST + "; it needs one name a line");
            }
            try (InputStream in = files.open(path)) {
                return labels(location, in.readAllBytes());
            }
        } catch (FileNotFoundException e) {
            throw new IllegalArgumentException(
                    "labels file " + location + " does not exist; give a text file with one name a line", e);
        } catch (IOException e) {
            throw new IllegalArgumentException("labels file " + location + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static List<String> labels(String location, byte[] bytes) {
        List<String> labels = new ArrayList<>();
        try {
            StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString()
                    .lines()
                    .map(String::strip)
                    .forEach(labels::add);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("labels file " + location + " is not UTF-8 text", e);
        }
        while (!labels.isEmpty() && labels.get(labels.size() - 1).isEmpty()) {
            labels.remove(labels.size() - 1);
        }
        if (labels.isEmpty()) {
            throw new IllegalArgumentException("labels file " + location + " is empty; it needs one name a line");
        }
        return List.copyOf(labels);
    }
}
