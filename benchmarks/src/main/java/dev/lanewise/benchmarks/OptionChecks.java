package dev.lanewise.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** What is checked of options before minutes of measuring. */
final class OptionChecks {

    private OptionChecks() {}

    /** @throws ParameterException if it is less than one */
    static int atLeastOne(CommandSpec spec, String option, int value) {
        if (value < 1) {
            throw new ParameterException(spec.commandLine(), option + " must be at least 1, not " + value);
        }
        return value;
    }

    /**
     * The file that an option names, unless it was left out.
     *
     * @throws ParameterException if it cannot be a file
     */
    static @Nullable Path writable(CommandSpec spec, String option, @Nullable Path file) {
        if (file != null) {
            Path folder = file.toAbsolutePath().getParent();
            if (Files.isDirectory(file) || folder == null || !Files.isDirectory(folder)) {
                throw new ParameterException(
                        spec.commandLine(), option + " " + file + " is not a file in a folder that exists");
            }
        }
        return file;
    }
}
