package dev.lanewise.benchmarks.model;

import org.jspecify.annotations.Nullable;

/**
 * What a network is to reach; null for no demand. It holds for one image and for a batch of eight, on one thread and on
 * two.
 *
 * @param speedup over the peer, at least
 * @param coldSeconds from the start of the JVM to the end of the first image, at most
 * @param imagesToFullSpeed images run before those at full speed, at most
 * @param arenaMegabytes of memory for a thread's tensors, at most
 */
public record Target(
        @Nullable Double speedup,
        @Nullable Double coldSeconds,
        @Nullable Double imagesToFullSpeed,
        @Nullable Double arenaMegabytes) {

    static final Target NONE = new Target(null, null, null, null);

    static Target speedup(double speedup) {
        return new Target(speedup, null, null, null);
    }
}
