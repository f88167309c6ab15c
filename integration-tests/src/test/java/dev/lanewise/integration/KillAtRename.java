package dev.lanewise.integration;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Ends this process as {@code kill -9} does, before or after a file system renames a file to a certain path. */
final class KillAtRename {

    /** A pattern; the process ends before a file is renamed to a path that matches. */
    static final String BEFORE = "fs.faulty.kill.before";

    /** The same, after it was. */
    static final String AFTER = "fs.faulty.kill.after";

    /** At which of those renames; the first unless set. */
    static final String AT = "fs.faulty.kill.at";

    private static final AtomicInteger RENAMES = new AtomicInteger();

    private final String before;
    private final String after;
    private final int at;

    KillAtRename(Configuration configuration) {
        before = configuration.get(BEFORE, "");
        after = configuration.get(AFTER, "");
        at = configuration.getInt(AT, 1);
    }

    /** What renames. */
    @FunctionalInterface
    interface Renaming {
        boolean rename() throws IOException;
    }

    boolean around(Path to, Renaming renaming) throws IOException {
        if (to.toString().matches(before) && RENAMES.incrementAndGet() == at) {
            killThisProcess();
        }
        boolean renamed = renaming.rename();
        if (to.toString().matches(after) && RENAMES.incrementAndGet() == at) {
            killThisProcess();
        }
        return renamed;
    }

    private static void killThisProcess() throws IOException {
        new ProcessBuilder("kill", "-9", Long.toString(ProcessHandle.current().pid())).start();
        while (true) {
            try {
                Thread.sleep(1000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
