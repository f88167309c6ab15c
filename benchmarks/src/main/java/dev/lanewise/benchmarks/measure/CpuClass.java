package dev.lanewise.benchmarks.measure;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Properties;

/**
 * CPUs that are built alike, as far as the operating system tells.
 *
 * @param name of the kind, such as {@code AuthenticAMD-25-1}: vendor, family, model
 */
public record CpuClass(String name) {

    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
    private static final Path SECOND_LEVEL_CACHE = Path.of("/sys/devices/system/cpu/cpu0/cache/index2/size");

    /** The CPU that this JVM runs on. */
    public static CpuClass here() {
        List<String> info = lines(CPU_INFO);
        List<String> parts = new ArrayList<>();
        for (String key : List.of("vendor_id", "cpu family", "model")) {
            value(info, key).ifPresent(parts::add);
        }
        return new CpuClass(parts.isEmpty() ? System.getProperty("os.arch") : String.join("-", parts));
    }

    /** GFLOP/s of one core that CPUs of this class have shown with vectors of so many bits, where that is on record. */
    public OptionalDouble knownPeak(int vectorBits) {
        try (InputStream stream = CpuClass.class.getResourceAsStream("peaks.properties")) {
            Properties peaks = new Properties();
            peaks.load(stream);
            String peak = peaks.getProperty(name + "." + vectorBits);
            return peak == null ? OptionalDouble.empty() : OptionalDouble.of(Double.parseDouble(peak));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Bytes of a core's second-level cache on this machine, where the system tells. */
    public static OptionalLong secondLevelCache() {
        return lines(SECOND_LEVEL_CACHE).stream()
                .filter(line -> line.matches("\\d+K"))
                .mapToLong(line -> Long.parseLong(line.substring(0, line.length() - 1)) * 1024)
                .findFirst();
    }

    private static Optional<String> value(List<String> info, String key) {
        return info.stream()
                .filter(line -> line.matches(key + "\\s*:.*"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst();
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            // Not Linux: nothing is known then.
            return List.of();
        }
    }
}
