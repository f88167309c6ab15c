package dev.lanewise.spark.score;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Warns of garbage collectors that cost speed. */
public final class CollectorCheck {

    private static final Logger LOG = LoggerFactory.getLogger(CollectorCheck.class);
    private static final AtomicBoolean CHECKED = new AtomicBoolean();

    private CollectorCheck() {}

    /** Looks at this JVM's collector, the first time that it is called. */
    public static void warnOnce() {
        if (CHECKED.compareAndSet(false, true)) {
            List<String> collectors = ManagementFactory.getGarbageCollectorMXBeans().stream()
                    .map(GarbageCollectorMXBean::getName)
                    .toList();
            warning(collectors).ifPresent(LOG::warn);
        }
    }

    /** What to say about collectors of these names; empty if they are G1's. */
    static Optional<String> warning(List<String> collectors) {
        if (collectors.stream().anyMatch(name -> name.startsWith("G1"))) {
            return Optional.empty();
        }
        return Optional.of("this JVM collects garbage with " + String.join(", ", collectors)
                + ", which moves large arrays, so that vectors lose their alignment and convolutions some speed (no bit of"
                + " the scores changes); JVMs with one CPU or less than 2 GB choose it by themselves. Add -XX:+UseG1GC to"
                + " spark.executor.extraJavaOptions");
    }
}
