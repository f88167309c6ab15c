package dev.lanewise.cli;

import dev.lanewise.cli.scoring.Terminal;
import dev.lanewise.engine.ModelProgress;
import java.io.PrintWriter;

/**
 * Tells how far the kernels of a model are: on a terminal by one line that is written over, else by a line where each phase
 * begins.
 */
final class ModelProgressLine implements ModelProgress, AutoCloseable {

    private final PrintWriter err;
    private final boolean terminal;
    private int painted;

    ModelProgressLine(PrintWriter err) {
        this(err, Terminal.isStderr());
    }

    ModelProgressLine(PrintWriter err, boolean terminal) {
        this.err = err;
        this.terminal = terminal;
    }

    @Override
    public void at(Phase phase, int done, int total) {
        String doing =
                switch (phase) {
                    case READING -> "reading the model";
                    case COMPILING -> "compiling the network";
                    case GENERATING -> "generating kernels";
                    case WARMING_UP -> "compiling kernels";
                    case RUNNING -> "warming up";
                };
        if (terminal) {
            String line = doing + ": " + done + " of " + total;
            err.print("\r" + line + " ".repeat(Math.max(0, painted - line.length())));
            painted = line.length();
        } else if (done == 0) {
            err.println(doing);
        }
        err.flush();
    }

    /** Takes the line off a terminal. */
    @Override
    public void close() {
        if (painted > 0) {
            err.print("\r" + " ".repeat(painted) + "\r");
            err.flush();
        }
    }
}
