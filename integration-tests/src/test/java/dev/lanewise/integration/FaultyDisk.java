package dev.lanewise.integration;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
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

    /** How many bytes a process can write in all. */
    static final String SPACE = "fs.faulty.space";

    private static final AtomicLong WRITTEN = new AtomicLong();

    private KillAtRename kill = new KillAtRename(new Configuration(false));
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
        kill = new KillAtRename(configuration);
        space = configuration.getLong(SPACE, Long.MAX_VALUE);
    }

    @Override
    public boolean rename(Path from, Path to) throws IOException {
        return kill.around(to, () -> super.rename(from, to));
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
}
