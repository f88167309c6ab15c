package dev.lanewise.cli.scoring;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Reads images again, one by one, for a page that shows them. */
public final class ImageFiles {

    /** Larger files get no thumbnail: several are read at once. */
    private static final long LARGEST = 64L << 20;

    private final Configuration configuration;

    ImageFiles(Configuration configuration) {
        this.configuration = configuration;
    }

    /** The file's bytes; empty if it is too large or cannot be read any more. */
    public Optional<byte[]> read(String path) {
        try {
            Path file = new Path(path);
            FileSystem files = file.getFileSystem(configuration);
            if (files.getFileStatus(file).getLen() > LARGEST) {
                return Optional.empty();
            }
            try (InputStream in = files.open(file)) {
                return Optional.of(in.readAllBytes());
            }
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
