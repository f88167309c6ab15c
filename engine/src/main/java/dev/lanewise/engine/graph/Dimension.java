package dev.lanewise.engine.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One dimension of a tensor whose size may be known only at run time: a coefficient times a product of symbols, such as
 * {@code 224}, {@code N} or {@code 4*N}. What this form cannot express (a symbolic height after a convolution) becomes a
 * fresh symbol.
 *
 * @param coefficient the known factor; the whole size if there are no symbols
 * @param symbols the symbolic factors, sorted
 */
public record Dimension(long coefficient, List<String> symbols) {

    private static final AtomicLong FRESH = new AtomicLong();

    public Dimension {
        // 0 has one form, so that equal sizes are equal records.
        symbols = coefficient == 0 ? List.of() : symbols.stream().sorted().toList();
    }

    public static Dimension of(long size) {
        return new Dimension(size, List.of());
    }

    public static Dimension symbol(String name) {
        return new Dimension(1, List.of(name));
    }

    /** A size of which nothing is known, equal to no other. */
    public static Dimension unknown() {
        return symbol("?" + FRESH.incrementAndGet());
    }

    public boolean isKnown() {
        return symbols.isEmpty();
    }

    /** @throws IllegalStateException if the size is symbolic */
    public long size() {
        if (!isKnown()) {
            throw new IllegalStateException("dimension " + this + " is not known before run time");
        }
        return coefficient;
    }

    public Dimension times(Dimension other) {
        List<String> product = new ArrayList<>(symbols);
        product.addAll(other.symbols);
        if (Math.multiplyHigh(coefficient, other.coefficient) != (coefficient * other.coefficient) >> 63) {
            throw new ArithmeticException(this + " times " + other + " is beyond 64 bits");
        }
        return new Dimension(coefficient * other.coefficient, product);
    }

    /** The quotient where it is exact, also symbolically; empty otherwise. */
    public Optional<Dimension> dividedBy(Dimension divisor) {
        if (divisor.coefficient == 0 || coefficient % divisor.coefficient != 0) {
            return Optional.empty();
        }
        List<String> rest = new ArrayList<>(symbols);
        for (String symbol : divisor.symbols) {
            if (!rest.remove(symbol)) {
                return Optional.empty();
            }
        }
        return Optional.of(new Dimension(coefficient / divisor.coefficient, rest));
    }

    /** As in {@code 224}, {@code N} or {@code 4*N}; a dimension without a name is {@code ?}. */
    @Override
    public String toString() {
        if (isKnown()) {
            return Long.toString(coefficient);
        }
        String product = String.join("*", symbols).replaceAll("\\?\\d+", "?");
        return coefficient == 1 ? product : coefficient + "*" + product;
    }
}
