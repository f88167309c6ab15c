package dev.lanewise.spark.model;

import dev.lanewise.engine.ModelException;
import dev.lanewise.engine.ModelSource;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Reads a model from any file system that Hadoop knows. */
public final class ModelFiles {

    private static final int LARGEST = Integer.MAX_VALUE - 8;

    private ModelFiles() {}

    /**
     * Reads a model on the driver. A path without a scheme that exists on this machine is local; otherwise it is one of
     * Hadoop's default file system. External data is read from beside a local file only.
     *
     * @throws ModelException if the file is missing or cannot be read
     */
    public static ModelSource read(String location, Configuration configuration) {
        try {
            Path path = path(location);
            FileSystem files = path.getFileSystem(configuration);
            Path qualified = files.makeQualified(path);
            FileStatus status = files.getFileStatus(qualified);
            if (status.isDirectory()) {
                throw new ModelException("model " + location + " is a folder; give the ONNX file inside it");
            }
            if ("file".equals(qualified.toUri().getScheme())) {
                return ModelSource.read(java.nio.file.Path.of(qualified.toUri().getPath()));
            }
            return ModelSource.of(qualified.toString(), bytes(files, status, location));
        } catch (FileNotFoundException e) {
            throw new ModelException(
                    "model " + location + " does not exist; give the path of an ONNX file that the driver can read", e);
        } catch (IOException | IllegalArgumentException e) {
            throw new ModelException("model " + location + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** The path that a user means: without a scheme, a local one if there is such a file, else one of Hadoop's default. */
    static Path path(String location) {
        Path path = new Path(location);
        return path.toUri().getScheme() == null && Files.exists(java.nio.file.Path.of(location))
                ? new Path(java.nio.file.Path.of(location).toUri())
                : path;
    }

    private static byte[] bytes(FileSystem files, FileStatus status, String location) throws IOException {
        if (status.getLen() > LARGEST) {
            throw new ModelException("model " + location + " has " + status.getLen()
                    + " bytes; the largest that can be sent to" + " executors is " + LARGEST);
        }
        try (InputStream in = files.open(status.getPath())) {
            return in.readNBytes(LARGEST);
        }
    }
}
