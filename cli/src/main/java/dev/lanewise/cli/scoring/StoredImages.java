package dev.lanewise.cli.scoring;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.util.HadoopFSUtils;

/**
 * Where the images lie.
 *
 * @param roots the qualified files and folders that were asked for
 * @param files all files beneath them, the empty ones included, in the order of their paths
 */
record StoredImages(List<Path> roots, List<FileStatus> files) {

    /**
     * Lists the images.
     *
     * @param input a file, a folder or a pattern; what exists by that name is never taken as a pattern
     * @throws IllegalArgumentException if there are none
     */
    static StoredImages find(String input, Configuration configuration) throws IOException {
        Path path = path("input", input);
        FileSystem files = path.getFileSystem(configuration);
        Path qualified = files.makeQualified(path);
        if (files.exists(qualified)) {
            return list(input, List.of(files.getFileStatus(qualified)), files);
        }
        FileStatus[] matches = files.globStatus(qualified);
        if (matches == null || matches.length == 0) {
            throw new IllegalArgumentException("input " + input + " does not exist, and as a pattern matches nothing");
        }
        return list(input, List.of(matches), files);
    }

    /** What Spark reads this path by: escaped where a pattern would take it as special. */
    static String literal(Path path) {
        return path.toString().replaceAll("([{}\\[\\]*?\\\\])", "\\\\$1");
    }

    /** @throws IllegalArgumentException if the text cannot be a path */
    static Path path(String what, String text) {
        try {
            return new Path(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(what + " '" + text + "' is not a path: " + e.getMessage(), e);
        }
    }

    private static StoredImages list(String input, List<FileStatus> roots, FileSystem files) throws IOException {
        List<FileStatus> found = new ArrayList<>();
        Deque<FileStatus> open = new ArrayDeque<>(roots);
        while (!open.isEmpty()) {
            FileStatus next = open.pop();
            if (next.isDirectory()) {
                RemoteIterator<? extends FileStatus> children = children(files, next.getPath());
                while (children.hasNext()) {
                    FileStatus child = children.next();
                    if (!isHidden(child)) {
                        open.push(child);
                    }
                }
            } else if (!isHidden(next)) {
                found.add(next);
            }
        }
        if (found.isEmpty()) {
            throw new IllegalArgumentException(
                    "input " + input + " holds no file (names that begin with '.' or '_' do not count)");
        }
        found.sort(Comparator.comparing(FileStatus::getPath));
        return new StoredImages(roots.stream().map(FileStatus::getPath).toList(), List.copyOf(found));
    }

    /** With the hosts that hold a file, where a listing has them at no cost and Spark can use them. */
    private static RemoteIterator<? extends FileStatus> children(FileSystem files, Path folder) throws IOException {
        return "hdfs".equals(files.getUri().getScheme())
                ? files.listLocatedStatus(folder)
                : files.listStatusIterator(folder);
    }

    /** As Spark decides it. */
    private static boolean isHidden(FileStatus file) {
        return HadoopFSUtils.shouldFilterOutPathName(file.getPath().getName());
    }
}
