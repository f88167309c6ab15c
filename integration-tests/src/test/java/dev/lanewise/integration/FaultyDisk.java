package dev.lanewise.integration;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * The local disk under the scheme {@code faulty}, with faults that its settings ask for: the process is killed at the
 * rename to a certain path, or the space comes to an end.
 */
public final class FaultyDisk extends RawLocalFileSystem {

    /** A pattern; the process ends before it renames a file to a path that matches. */
    static final String KILL_BEFORE = "fs.faulty.kill.before";

    /** The same, after it has. */
    static final String KILL_AFTER = "fs.faulty.kill.after";

    /** At which of those renames; the first unless set. */
    static final String KILL_AT = "fs.faulty.kill.at";

    /** How many bytes can be written in all. */
    static final String SPACE = "fs.faulty.space";

    private static final AtomicLong WRITTEN = new AtomicLong();
    private static final AtomicInteger RENAMES = new AtomicInteger();

    private String killBefore = "";
    private String killAfter = "";
    private int killAt = 1;
    private long space = Long.MAX_VALUE;

    @Override
    public URI getUri() {
        return URI.create("faulty:///");
    }

    @Override
    public String getScheme() {
        return "faulty";
    }

    @Override
    public void initialize(URI uri, Configuration configuration) throws IOException {
        super.initialize(uri, configuration);
        killBefore = configuration.get(KILL_BEFORE, "");
        killAfter = configuration.get(KILL_AFTER, "");
        killAt = configuration.getInt(KILL_AT, 1);
        space = configuration.getLong(SPACE, Long.MAX_VALUE);
    }

    @Override
    public boolean rename(Path from, Path to) throws IOException {
        if (to.toString().matches(killBefore) && RENAMES.incrementAndGet() == killAt) {
            killThisProcess();
        }
        boolean renamed = super.rename(from, to);
        if (to.toString().matches(killAfter) && RENAMES.incrementAndGet() == killAt) {
            killThisProcess();
        }
        return renamed;
    }

    @Override
    public FSDataOutputStream create(
            Path file, boolean overwrite, int bufferSize, short replication, long blockSize, Progressable progress)
            throws IOException {
        return limited(super.create(file, overwrite, bufferSize, replication, blockSize, progress));
    }

    @Override
    public FSDataOutputStream create(
            Path file,
            FsPermission permission,
            boolean overwrite,
            int bufferSize,
            short replication,
            long blockSize,
            Progressable progress)
            throws IOException {
        return limited(super.create(file, permission, overwrite, bufferSize, replication, blockSize, progress));
    }

    private FSDataOutputStream limited(FSDataOutputStream file) throws IOException {
        return space == Long.MAX_VALUE ? file : new FSDataOutputStream(new Limited(file), null);
    }

    private final class Limited extends FilterOutputStream {

        private Limited(OutputStream file) {
            super(file);
        }

        @Override
        public void write(int octet) throws IOException {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            if (WRITTEN.addAndGet(count) > space) {
                throw new IOException("No space left on device");
            }
            out.write(bytes, from, count);
        }
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
