package dev.lanewise.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Rows in aligned columns, two spaces apart. */
final class TextTable {

    private final List<List<String>> rows = new ArrayList<>();
    private final String alignments;

    /** @param alignments a character for each column: {@code <} for text, {@code >} for numbers */
    TextTable(String alignments) {
        this.alignments = alignments;
    }

    TextTable row(String... cells) {
        return row(List.of(cells));
    }

    TextTable row(List<String> cells) {
        if (cells.size() != alignments.length()) {
            throw new IllegalArgumentException(cells.size() + " cells for " + alignments.length() + " columns");
        }
        rows.add(List.copyOf(cells));
        return this;
    }

    void print(PrintWriter out) {
        int[] widths = new int[alignments.length()];
        for (List<String> row : rows) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], width(row.get(column)));
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < widths.length; column++) {
                String cell = row.get(column);
                String gap = " ".repeat(widths[column] - width(cell));
                line.append(column == 0 ? "" : "  ").append(alignments.charAt(column) == '>' ? gap + cell : cell + gap);
            }
            out.println(line.toString().stripTrailing());
        }
    }

    private static int width(String cell) {
        return cell.codePointCount(0, cell.length());
    }
}
