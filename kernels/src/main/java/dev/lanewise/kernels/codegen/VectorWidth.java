package dev.lanewise.kernels.codegen;

import java.lang.management.ManagementFactory;
import java.util.Optional;

/**
 * How many bits a vector has. Kernels for the CPU's own width are fastest; narrower ones run too and give the same bits.
 * The property {@code lanewise.vector.bits} (128, 256 or 512) replaces what the JVM prefers.
 */
public enum VectorWidth {
    BITS_128(128),
    BITS_256(256),
    BITS_512(512);

    /** The name of the property that overrides {@link #preferred}. */
    public static final String PROPERTY = "lanewise.vector.bits";

    private static final String MODULE = "jdk.incubator.vector";

    private final int bits;

    VectorWidth(int bits) {
        this.bits = bits;
    }

    public int bits() {
        return bits;
    }

    /** Floats in a vector. */
    public int lanes() {
        return bits / Float.SIZE;
    }

    /** Vector registers: 32 on ARM and where there are 512-bit vectors, otherwise 16. */
    public int registers() {
        boolean many = this == BITS_512
                || "aarch64".equals(System.getProperty("os.arch"))
                || preferred().orElse(BITS_128) == BITS_512;
        return many ? 32 : 16;
    }

    /** The species in generated source. */
    public String species() {
        return "FloatVector.SPECIES_" + bits;
    }

    /** The next narrower vectors, if there are any. */
    public Optional<VectorWidth> narrower() {
        return switch (this) {
            case BITS_128 -> Optional.empty();
            case BITS_256 -> Optional.of(BITS_128);
            case BITS_512 -> Optional.of(BITS_256);
        };
    }

    /** The widest vectors of at most so many lanes; those of 128 bits if none is that narrow. */
    public VectorWidth atMost(int lanes) {
        return lanes() <= lanes
                ? this
                : narrower().map(width -> width.atMost(lanes)).orElse(this);
    }

    /** @throws IllegalArgumentException if no vector has so many bits */
    public static VectorWidth ofBits(int bits) {
        for (VectorWidth width : values()) {
            if (width.bits == bits) {
                return width;
            }
        }
        throw new IllegalArgumentException("vectors have 128, 256 or 512 bits, not " + bits);
    }

    /** The width for this CPU, or what the property says; empty where the JVM was started without the vector module or C2. */
    public static Optional<VectorWidth> preferred() {
        return Holder.PREFERRED;
    }

    private static final class Holder {
        static final Optional<VectorWidth> PREFERRED = detect();

        private static Optional<VectorWidth> detect() {
            if (ModuleLayer.boot().findModule(MODULE).isEmpty() || isWithoutC2()) {
                return Optional.empty();
            }
            String property = System.getProperty(PROPERTY);
            if (property != null) {
                return Optional.of(parse(property));
            }
            try {
                // By reflection: what is compiled against an incubator module would not load without it.
                Object species = Class.forName(MODULE + ".FloatVector")
                        .getField("SPECIES_PREFERRED")
                        .get(null);
                Object bits = Class.forName(MODULE + ".VectorSpecies")
                        .getMethod("vectorBitSize")
                        .invoke(species);
                return Optional.of(ofBits(Math.max(128, Math.min(512, (Integer) bits))));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(MODULE + " of this JDK lacks what Lanewise needs of it", e);
            }
        }

        /** Only C2 makes vectors of vectors: anything else boxes each, a hundred times slower than a plain loop. */
        private static boolean isWithoutC2() {
            return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                    .anyMatch(argument -> argument.equals("-Xint") || argument.matches("-XX:TieredStopAtLevel=[0-3]"));
        }

        private static VectorWidth parse(String property) {
            try {
                return ofBits(Integer.parseInt(property.trim()));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "-D" + PROPERTY + " must be 128, 256 or 512, not \"" + property + "\"", e);
            }
        }
    }
}
