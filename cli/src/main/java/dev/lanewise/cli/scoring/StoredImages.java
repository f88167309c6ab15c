package dev.lanewise.cli.scoring;

import java.io.IOException;
import java.util.ArrayDeque;
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
 * @param pattern what Spark reads: the qualified path, with what a pattern would take as special escaped if it is one
 *     file or folder
 * @param roots the qualified files and folders that the pattern stands for
 * @param count all files, the empty ones included
 */
record StoredImages(String pattern, List<Path> roots, long count) {

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
            return list(input, literal(qualified), List.of(files.getFileStatus(qualified)), files);
        }
        FileStatus[] matches = files.globStatus(qualified);
        if (matches == null || matches.length == 0) {
            throw new IllegalArgumentException("input " + input + " does not exist, and as a pattern matches nothing");
        }
        return list(input, qualified.toString(), List.of(matches), files);
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

    private static StoredImages list(String input, String pattern, List<FileStatus> roots, FileSystem files)
            throws IOException {
        long count = 0;
        Deque<FileStatus> open = new ArrayDeque<>(roots);
        while (!open.isEmpty()) {
            FileStatus next = open.pop();
            if (next.isDirectory()) {
                RemoteIterator<FileStatus> children = files.listStatusIterator(next.getPath());
                while (children.hasNext()) {
                    FileStatus child = children.next();
                    if (!isHidden(child)) {
                        open.push(child);
                    }
                }
            } else if (!isHidden(next)) {
                count++;
            }
        }
        if (count == 0) {
            throw new IllegalArgumentException(
                    "input " + input + " holds no file (names that begin with '.' or '_' do not count)");
        }
        return new StoredImages(pattern, roots.stream().map(FileStatus::getPath).toList(), count);
    }

    /** As Spark decides it. */
    private static boolean isHidden(FileStatus file) {
        return HadoopFSUtils.shouldFilterOutPathName(file.getPath().getName());
    }
}
