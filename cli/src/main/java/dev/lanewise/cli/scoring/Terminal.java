package dev.lanewise.cli.scoring;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the standard error stream leads to. */
public final class Terminal {

    private Terminal() {}

    /** Whether stderr is a terminal. Java tells it of stdin and stdout alone; where the kernel does not, say no. */
    public static boolean isStderr() {
        try {
            String stderr = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
            return stderr.startsWith("/dev/pts/") || stderr.startsWith("/dev/tty");
        } catch (IOException | RuntimeException e) {
            return false;
        }
    }
}
