package dev.lanewise.cli;

import picocli.CommandLine.Option;

/** What every verb understands. */
final class CommonOptions {

    @Option(
            names = "--verbose",
            description = "Show warnings of Spark and the stack trace of an error (also: LANEWISE_DEBUG=1).")
    private boolean verbose;

    boolean verbose() {
        return verbose || debugging();
    }

    /** Whether the environment asks for stack traces. */
    static boolean debugging() {
        String debug = System.getenv("LANEWISE_DEBUG");
        return debug != null && !debug.isEmpty() && !debug.equals("0");
    }
}
