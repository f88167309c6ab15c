package dev.lanewise.benchmarks.measure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A folder for files of a run, which end with it. */
public final class TemporaryFolder implements AutoCloseable {

    private final Path path;

    private TemporaryFolder(Path path) {
        this.path = path;
    }

    /** @throws UncheckedIOException if there is no place for it */
    public static TemporaryFolder create() {
        try {
            Path path = Files.createTempDirectory("lanewise-bench");
            // For a run that is interrupted: in the reverse order, so files asked for later go first.
            path.toFile().deleteOnExit();
            return new TemporaryFolder(path);
        } catch (IOException e) {
            throw new UncheckedIOException("there is no place for temporary files", e);
        }
    }

    /** A file in it, not there yet. */
    public Path file(String name) {
        Path file = path.resolve(name);
        file.toFile().deleteOnExit();
        return file;
    }

    /** Deletes it with all its files, those not asked for too. */
    @Override
    public void close() {
        try {
            for (Path file : files()) {
                Files.delete(file);
            }
            Files.delete(path);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + path, e);
        }
    }

    private List<Path> files() throws IOException {
        try (var files = Files.list(path)) {
            return files.toList();
        }
    }
}
