package dev.lanewise.kernels.codegen;

import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;

/** How long to wait for C2, which on a busy machine has to wait for a core itself. */
public final class Patience {

    private static final double MOST = 10;

    private static final OperatingSystemMXBean SYSTEM = ManagementFactory.getOperatingSystemMXBean();

    private Patience() {}

    /** Stretches a time by as many threads as want each core at the moment; by 10 at most. */
    public static long stretched(long nanoseconds) {
        double threadsForEachCore = SYSTEM.getSystemLoadAverage() / SYSTEM.getAvailableProcessors();
        return (long) (nanoseconds * Math.max(1, Math.min(MOST, threadsForEachCore)));
    }
}
