package dev.lanewise.kernels.tensor;

import java.lang.management.ManagementFactory;
import java.lang.management.PlatformManagedObject;
import java.util.Optional;

/** What the arena must know of this JVM's heap. A JVM that does not tell is taken for one with small, moving objects. */
final class HeapLayout {

    private static final int FLOATS_THAT_DO_NOT_MOVE = flag("UseG1GC") ? halfRegion() / Float.BYTES : 0;
    private static final int HEADER = arrayHeader();

    private HeapLayout() {}

    /**
     * The length of the shortest {@code float[]} that is large to G1, because with its header it exceeds half a region:
     * it begins where a region does. 0 with other collectors.
     */
    static int floatsThatDoNotMove() {
        return FLOATS_THAT_DO_NOT_MOVE;
    }

    /** The index of the first float at a multiple of so many bytes, in an array that itself begins at one. */
    static int floatsBeforeAlignment(int bytes) {
        return (bytes - HEADER % bytes) % bytes / Float.BYTES;
    }

    /** Bytes from where an array begins to its first element. */
    static int arrayHeader(boolean compactHeaders, boolean compressedClassPointers, int javaVersion) {
        if (compactHeaders) {
            return 12;
        }
        if (compressedClassPointers) {
            return 16;
        }
        // Java 23 and later leave no gap between the length and the first element.
        return javaVersion >= 23 ? 20 : 24;
    }

    private static int arrayHeader() {
        return arrayHeader(
                flag("UseCompactObjectHeaders"),
                option("UseCompressedClassPointers").map(Boolean::parseBoolean).orElse(true),
                Runtime.version().feature());
    }

    private static int halfRegion() {
        return (int) (option("G1HeapRegionSize").map(Long::parseLong).orElse(0L) / 2);
    }

    private static boolean flag(String name) {
        return option(name).map(Boolean::parseBoolean).orElse(false);
    }

    /** By reflection: not every JVM has this interface of HotSpot's. */
    private static Optional<String> option(String name) {
        try {
            Class<? extends PlatformManagedObject> type =
                    Class.forName("com.sun.management.HotSpotDiagnosticMXBean").asSubclass(PlatformManagedObject.class);
            Object option =
                    type.getMethod("getVMOption", String.class).invoke(ManagementFactory.getPlatformMXBean(type), name);
            return Optional.of((String) option.getClass().getMethod("getValue").invoke(option));
        } catch (ReflectiveOperationException | LinkageError | IllegalArgumentException e) {
            // No HotSpot, or no such option in this version.
            return Optional.empty();
        }
    }
}
