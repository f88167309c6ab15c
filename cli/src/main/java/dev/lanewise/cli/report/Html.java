package dev.lanewise.cli.report;

/** Text that is safe inside an element or a quoted attribute. */
final class Html {

    private Html() {}

    /**
     * Escapes what HTML takes as markup, and replaces what could disturb the page around the text: control characters
     * and those that turn the direction of writing, which a file name can hold.
     */
    static String escape(String text) {
        StringBuilder safe = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> safe.append("&amp;");
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '"' -> safe.append("&quot;");
                case '\'' -> safe.append("&#39;");
                case '\n', '\t' -> safe.append(' ');
                default -> safe.appendCodePoint(disturbs(c) ? 0xFFFD : c);
            }
        });
        return safe.toString();
    }

    private static boolean disturbs(int c) {
        return Character.isISOControl(c)
                || Character.getType(c) == Character.SURROGATE
                || c == 0x2028
                || c == 0x2029
                || (c >= 0x202A && c <= 0x202E)
                || (c >= 0x2066 && c <= 0x2069);
    }
}
