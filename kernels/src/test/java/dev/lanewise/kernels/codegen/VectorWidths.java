package dev.lanewise.kernels.codegen;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * The vectors that tests run with: {@code @MethodSource(VectorWidths.ALL)} for every width, which machines without such
 * vectors run through plain Java, some hundred times slower; and {@code @MethodSource(VectorWidths.ALL_AND_NONE)} for the
 * way without the vector module too.
 */
public final class VectorWidths {

    public static final String ALL = "dev.lanewise.kernels.codegen.VectorWidths#all";
    public static final String ALL_AND_NONE = "dev.lanewise.kernels.codegen.VectorWidths#allAndNone";

    private VectorWidths() {}

    static Stream<VectorWidth> all() {
        return Stream.of(VectorWidth.values());
    }

    static Stream<Optional<VectorWidth>> allAndNone() {
        return Stream.concat(all().map(Optional::of), Stream.of(Optional.empty()));
    }

    /** Whether the machine has vectors of this width. */
    public static boolean isNative(VectorWidth width) {
        Optional<VectorWidth> preferred = VectorWidth.preferred();
        return preferred.isPresent() && width.bits() <= preferred.get().bits();
    }

    /** So many trials where the machine has such vectors, a tenth of them (at least one) where it has not. */
    public static int trials(VectorWidth width, int trials) {
        return isNative(width) ? trials : Math.max(1, trials / 10);
    }

    /** As {@link #trials(VectorWidth, int)}; all without vectors. */
    public static int trials(Optional<VectorWidth> width, int trials) {
        return width.map(known -> trials(known, trials)).orElse(trials);
    }
}
