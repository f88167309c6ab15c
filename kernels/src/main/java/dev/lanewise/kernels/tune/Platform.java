package dev.lanewise.kernels.tune;

import dev.lanewise.kernels.codegen.VectorWidth;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What the speed of a schedule depends on.
 *
 * @param cpu the model's name
 * @param bits of the widest vectors; 0 without the vector module
 * @param jdk feature version, such as 17
 */
public record Platform(String cpu, int bits, int jdk) {

    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

    /** The one that this JVM runs on. */
    public static Platform current() {
        return Holder.CURRENT;
    }

    private static final class Holder {
        static final Platform CURRENT = new Platform(
                cpuModel(),
                VectorWidth.preferred().map(VectorWidth::bits).orElse(0),
                Runtime.version().feature());
    }

    private static String cpuModel() {
        String architecture = System.getProperty("os.arch");
        if (!Files.isReadable(CPU_INFO)) {
            return architecture;
        }
        try (Stream<String> lines = Files.lines(CPU_INFO)) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).trim())
                    .findFirst()
                    .orElse(architecture);
        } catch (IOException | UncheckedIOException e) {
            return architecture;
        }
    }
}
