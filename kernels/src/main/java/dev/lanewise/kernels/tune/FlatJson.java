package dev.lanewise.kernels.tune;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** JSON objects of strings and numbers on a line of their own, which is all that a schedule log needs of JSON. */
final class FlatJson {

    private static final Pattern MEMBER =
            Pattern.compile("\\s*\"(\\w+)\"\\s*:\\s*(?:\"((?:[^\"\\\\]|\\\\[\"\\\\])*)\"|(-?\\d[\\d.eE+-]*))\\s*(,|})");

    private FlatJson() {}

    /** @throws IllegalArgumentException if the line is no such object */
    static Map<String, String> parse(String line) {
        String text = line.strip();
        Map<String, String> members = new LinkedHashMap<>();
        Matcher matcher = MEMBER.matcher(text);
        int end = text.startsWith("{") ? 1 : -1;
        boolean closed = false;
        while (end >= 0 && !closed && matcher.region(end, text.length()).lookingAt()) {
            String string = matcher.group(2);
            members.put(
                    matcher.group(1), string == null ? matcher.group(3) : string.replaceAll("\\\\([\"\\\\])", "$1"));
            closed = matcher.group(4).equals("}");
            end = matcher.end();
        }
        if (!closed || end != text.length()) {
            throw new IllegalArgumentException("not a JSON object of strings and numbers on one line");
        }
        return members;
    }

    static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
