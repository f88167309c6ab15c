package dev.lanewise.kernels.codegen;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;

/** What a thread allocates tells whether C2 has compiled a kernel: until then, and where it has failed, every vector is boxed. */
public final class AllocatedBytes {

    /** Null in a JVM that is not HotSpot and does not count. */
    private static final @Nullable ThreadMXBean THREADS =
            ManagementFactory.getThreadMXBean() instanceof ThreadMXBean threads ? threads : null;

    private AllocatedBytes() {}

    /** Since it began; always 0 where the JVM does not tell. */
    public static long ofThisThread() {
        return THREADS == null
                ? 0
                : THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
    }
}
