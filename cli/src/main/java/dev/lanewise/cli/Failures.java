package dev.lanewise.cli;

import dev.lanewise.engine.ModelException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.jspecify.annotations.Nullable;

/** One line for an error. */
final class Failures {

    private Failures() {}

    /** What went wrong, in one line: the innermost message that was written for a reader. */
    static String message(Throwable failure) {
        Throwable told = told(failure);
        if (told instanceof NoSuchFileException) {
            return "no such file or folder: " + oneLine(told.getMessage());
        }
        if (told instanceof AccessDeniedException) {
            return "no permission to open " + oneLine(told.getMessage());
        }
        if (told instanceof FileAlreadyExistsException) {
            return oneLine(told.getMessage()) + " exists and is not a folder";
        }
        if (told instanceof NotDirectoryException) {
            return oneLine(told.getMessage()) + " is not a folder";
        }
        if (told instanceof ClassNotFoundException
                && String.valueOf(told.getMessage()).contains("FileSystem")) {
            return "the jar of this file system is missing (" + oneLine(told.getMessage())
                    + "); put it beside Spark's jars, or name it in SPARK_DIST_CLASSPATH";
        }
        if (isWrittenForReaders(told)) {
            return oneLine(told.getMessage());
        }
        String name = told.getClass().getSimpleName();
        return told.getMessage() == null ? name : name + ": " + oneLine(told.getMessage());
    }

    /** The text with its line breaks, and all that a terminal would take as a command, turned into spaces. */
    static String oneLine(@Nullable String text) {
        return text == null
                ? ""
                : text.replaceAll("[\\p{Cntrl}\\u2028\\u2029\\s]+", " ").strip();
    }

    private static Throwable told(Throwable failure) {
        Throwable innermost = failure;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (isWrittenForReaders(cause) && !(cause instanceof UncheckedIOException)) {
                return cause;
            }
            innermost = cause;
        }
        return innermost;
    }

    private static boolean isWrittenForReaders(Throwable failure) {
        return failure.getMessage() != null
                && (failure instanceof ModelException
                        || failure instanceof IllegalArgumentException
                        || failure instanceof IOException
                        || failure.getClass().getName().startsWith("dev.lanewise."));
    }
}
