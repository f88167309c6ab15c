package dev.lanewise.benchmarks;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The file for the figures. */
final class JsonOption {

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures to this file as well.")
    private @Nullable Path json;

    /** @throws ParameterException if it cannot be a file */
    @Nullable
    Path file() {
        return OptionChecks.writable(spec, "--json", json);
    }
}
