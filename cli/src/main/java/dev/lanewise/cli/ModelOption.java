package dev.lanewise.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The model of a command that runs it on this machine. */
final class ModelOption {

    @Option(names = "--model", paramLabel = "FILE", required = true, description = "The ONNX model.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path file;

    Path file() {
        return file;
    }
}
