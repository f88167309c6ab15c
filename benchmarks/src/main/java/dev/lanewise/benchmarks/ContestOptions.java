package dev.lanewise.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What all comparisons have: the peer, the threads, the file for the figures. All are checked before minutes of measuring. */
final class ContestOptions {

    private static final String PEER_CLASS = "ai.onnxruntime.OrtEnvironment";

    /** Peers to compare with. */
    enum Peer {
        ORT
    }

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--peer", paramLabel = "ort", description = "Compare with ONNX Runtime, on as many threads.")
    private @Nullable Peer peer;

    @Option(
            names = "--threads",
            paramLabel = "T",
            defaultValue = "1",
            description = "Threads for either side, and for the peak (default: ${DEFAULT-VALUE}).")
    private int threads;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures to this file as well.")
    private @Nullable Path json;

    /** @throws ParameterException if there are none */
    int threads() {
        return atLeastOne("--threads", threads);
    }

    /**
     * Whether the peer takes part.
     *
     * @throws IllegalArgumentException if it is asked for and not there
     */
    boolean peer() {
        if (peer == null) {
            return false;
        }
        try {
            Class.forName(PEER_CLASS, false, ContestOptions.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            throw new IllegalArgumentException(
                    "ONNX Runtime is not here: the distribution archive leaves it out. Run ./lanewise bench in a checkout,"
                            + " or put onnxruntime-1.29.0.jar (Maven Central, com.microsoft.onnxruntime:onnxruntime:1.29.0)"
                            + " into lib/bench",
                    e);
        }
    }

    /** @throws ParameterException if it cannot be a file */
    @Nullable
    Path json() {
        return writable("--json", json);
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

    @Nullable
    Path writable(String option, @Nullable Path file) {
        return writable(spec, option, file);
    }

    int atLeastOne(String option, int value) {
        return atLeastOne(spec, option, value);
    }

    static int atLeastOne(CommandSpec spec, String option, int value) {
        if (value < 1) {
            throw new ParameterException(spec.commandLine(), option + " must be at least 1, not " + value);
        }
        return value;
    }
}
