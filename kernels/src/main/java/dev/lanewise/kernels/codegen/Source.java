package dev.lanewise.kernels.codegen;

/** Java source text, written line by line and indented by its blocks, so that a dumped kernel can be read. */
public final class Source {

    private static final String INDENT = "    ";

    private final StringBuilder text = new StringBuilder();
    private int depth;

    /** One line; {@code arguments} replace {@code %s} and {@code %d} as in {@link String#format}. */
    public Source line(String format, Object... arguments) {
        text.append(INDENT.repeat(depth))
                .append(String.format(format, arguments))
                .append('\n');
        return this;
    }

    public Source blank() {
        text.append('\n');
        return this;
    }

    /** A line that opens a block, without its brace. */
    public Source open(String format, Object... arguments) {
        line(format + " {", arguments);
        depth++;
        return this;
    }

    /** Closes a block and opens the one that belongs to it, such as an {@code else}. */
    public Source next(String format, Object... arguments) {
        depth--;
        line("} " + format + " {", arguments);
        depth++;
        return this;
    }

    public Source close() {
        depth--;
        return line("}");
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
