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

    /** What Spark, Hadoop and Lanewise leave in a folder that they have written. */
    private static final Pattern WRITTEN = Pattern.compile(
            "\\.?(part-.*|_SUCCESS|_lanewise|_temporary|_metadata|_common_metadata|\\.spark-staging.*)(\\.crc)?");

    /** What to do if the folder exists. */
    enum IfExists {
        REFUSE,
        REPLACE,
        /** Goes on where an earlier run has stopped. */
        RESUME
    }

    /**
     * Checks that the scores may be written there, and that nothing but older scores is lost by it. Whether an earlier run
     * may be resumed is for {@link CommitLog} to tell.
     *
     * @throws IllegalArgumentException if they may not
     */
    static OutputFolder check(String output, IfExists ifExists, StoredImages images, Configuration configuration)
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
            requireUsable(output, ifExists, files, qualified);
        }
        return new OutputFolder(qualified);
    }

    private static void requireUsable(String output, IfExists ifExists, FileSystem files, Path path)
            throws IOException {
        if (!files.getFileStatus(path).isDirectory()) {
            throw new IllegalArgumentException("output " + output + " is a file; give a folder");
        }
        if (ifExists == IfExists.REFUSE) {
            throw new IllegalArgumentException("output " + output
                    + " exists; add --overwrite to replace it, or --resume" + " to score what it does not hold yet");
        }
        if (ifExists == IfExists.RESUME) {
            return;
        }
        for (FileStatus child : files.listStatus(path)) {
            String name = child.getPath().getName();
            if (!WRITTEN.matcher(name).matches()) {
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
