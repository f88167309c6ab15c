package dev.lanewise.integration;

import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.DistributedFileSystem;

/** HDFS for a process that is killed at the rename to a certain path. */
public final class KillableHdfs extends DistributedFileSystem {

    private KillAtRename kill = new KillAtRename(new Configuration(false));

    @Override
    public void initialize(URI uri, Configuration configuration) throws IOException {
        super.initialize(uri, configuration);
        kill = new KillAtRename(configuration);
    }

    @Override
    public boolean rename(Path from, Path to) throws IOException {
        return kill.around(to, () -> super.rename(from, to));
    }
}
