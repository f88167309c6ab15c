package dev.lanewise.cli.scoring;

import java.io.IOException;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Where the scores go.
 *
 * @param path qualified
 */
record OutputFolder(Path path) {

    /** What Spark and Hadoop leave in a folder that they have written. */
    private static final Pattern WRITTEN_BY_SPARK =
            Pattern.compile("\\.?(part-.*|_SUCCESS|_temporary|_metadata|_common_metadata|\\.spark-staging.*)(\\.crc)?");

    /**
     * Checks that the scores may be written there, and that nothing but older scores is lost by it.
     *
     * @throws IllegalArgumentException if they may not
     */
    static OutputFolder check(String output, boolean overwrite, StoredImages images, Configuration configuration)
            throws IOException {
        Path path = StoredImages.path("output", output);
        FileSystem files = path.getFileSystem(configuration);
        Path qualified = files.makeQualified(path);
        for (Path root : images.roots()) {
            if (isWithin(root, qualified)) {
                throw new IllegalArgumentException(
                        "output " + output + " would replace the input " + root + "; give another folder");
            }
            if (isWithin(qualified, root)) {
                throw new IllegalArgumentException("output " + output + " lies inside the input " + root
                        + ", where the next run would read it as images; give another folder");
            }
        }
        if (files.exists(qualified)) {
            requireReplaceable(output, overwrite, files, qualified);
        }
        return new OutputFolder(qualified);
    }

    private static void requireReplaceable(String output, boolean overwrite, FileSystem files, Path path)
            throws IOException {
        if (!files.getFileStatus(path).isDirectory()) {
            throw new IllegalArgumentException("output " + output + " is a file; give a folder");
        }
        if (!overwrite) {
            throw new IllegalArgumentException("output " + output + " exists; add --overwrite to replace it");
        }
        for (FileStatus child : files.listStatus(path)) {
            String name = child.getPath().getName();
            if (!WRITTEN_BY_SPARK.matcher(name).matches()) {
                throw new IllegalArgumentException("output " + output + " holds '" + name
                        + "', which is not part of a scored dataset; remove the folder yourself, or give another");
            }
        }
    }

    private static boolean isWithin(Path inner, Path outer) {
        for (Path path = inner; path != null; path = path.getParent()) {
            if (path.equals(outer)) {
                return true;
            }
        }
        return false;
    }
}
