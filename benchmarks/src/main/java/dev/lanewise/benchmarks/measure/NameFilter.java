package dev.lanewise.benchmarks.measure;

import java.util.Arrays;
import java.util.Locale;

/**
 * Chooses by name.
 *
 * @param text what a name must contain, or, with commas, parts of which it must contain one; case does not matter
 */
public record NameFilter(String text) {

    public boolean matches(String name) {
        String lowerCase = name.toLowerCase(Locale.ROOT);
        return Arrays.stream(text.toLowerCase(Locale.ROOT).split(","))
                .map(String::strip)
                .anyMatch(part -> !part.isEmpty() && lowerCase.contains(part));
    }
}
