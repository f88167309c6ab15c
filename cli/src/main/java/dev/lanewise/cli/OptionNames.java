package dev.lanewise.cli;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Says messages of the layers beneath in the words of a command: they name an option as programs do, {@code batchSize}, and
 * the user of the command line has typed {@code --batch-size}. Options of one word read the same either way.
 */
final class OptionNames {

    /** By the name that programs use. */
    private final Map<String, String> options = new TreeMap<>();

    private OptionNames(List<OptionSpec> specs) {
        for (OptionSpec option : specs) {
            String name = programmatic(option.longestName());
            if (!name.equals(name.toLowerCase(Locale.ROOT))) {
                options.put(name, option.longestName());
            }
        }
    }

    static OptionNames of(CommandSpec command) {
        return new OptionNames(command.options());
    }

    /** The message with this command's names of its options. */
    String in(String message) {
        String told = message;
        for (Map.Entry<String, String> option : options.entrySet()) {
            // Not within a path, a longer word, or a setting such as spark.lanewise.batchSize.
            told = Pattern.compile("(?<![\\w./-])" + option.getKey() + "(?![\\w/-])")
                    .matcher(told)
                    .replaceAll(Matcher.quoteReplacement(option.getValue()));
        }
        return told;
    }

    private static String programmatic(String option) {
        return Pattern.compile("-+(\\w)")
                .matcher(option.replaceFirst("^-+", ""))
                .replaceAll(start -> start.group(1).toUpperCase(Locale.ROOT));
    }
}
