package dev.lanewise.benchmarks.report;

import dev.lanewise.benchmarks.cluster.ClusterReport;
import dev.lanewise.benchmarks.cluster.ClusterResult;
import dev.lanewise.benchmarks.cluster.Engine;
import dev.lanewise.benchmarks.cluster.JobAnswer;
import dev.lanewise.kernels.tune.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/** A report of jobs on a cluster as a page with charts, which needs nothing from outside. */
public final class ClusterPage {

    private static final int WIDTH = 560;
    private static final int BAR = 20;
    private static final int STEP = 28;
    private static final int LABELS = 230;

    private static final String[] PARTS = {"read", "decode", "pack", "infer", "write"};
    private static final String[] COLORS = {"#8d99ae", "#e09f3e", "#9bc1bc", "#2a6f97", "#c1666b"};

    private final Platform platform;

    public ClusterPage(Platform platform) {
        this.platform = platform;
    }

    /** @throws IOException if the file cannot be written */
    public void write(ClusterReport report, Path file) throws IOException {
        StringBuilder page = new StringBuilder();
        page.append(
                        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Lanewise on a cluster</title>")
                .append("<style>body{font:15px/1.5 system-ui,sans-serif;max-width:60em;margin:2em auto;padding:0 1em;")
                .append("color:#222}svg{max-width:100%;height:auto}svg text{font:12px system-ui,sans-serif;fill:#222}")
                .append("table{border-collapse:collapse}td,th{padding:.2em .7em;text-align:right;")
                .append(
                        "border-bottom:1px solid #ddd}td:first-child,th:first-child{text-align:left}</style></head><body>")
                .append("<h1>Lanewise on a Spark cluster</h1><p>")
                .append(escape(platform.cpu() + ", " + platform.bits() + "-bit vectors, Java " + platform.jdk()));
        new TreeMap<>(report.peaks())
                .forEach((cores, peak) -> page.append(format("; FMA peak of %d core(s) %.0f GFLOP/s", cores, peak)));
        page.append("</p>");
        List<ClusterResult> scored = scored(report);
        page.append("<h2>Images a second, decoding included</h2>").append(throughput(scored));
        page.append("<h2>Where a task's time goes, milliseconds an image</h2>").append(breakdown(report.results()));
        List<ClusterResult> scaled =
                scored.stream().filter(result -> result.scaling() != null).toList();
        if (!scaled.isEmpty()) {
            page.append("<h2>Scaling, by what the cores themselves reach together</h2>")
                    .append(scaling(scaled));
        }
        page.append("<h2>Figures</h2>").append(table(report.results())).append("</body></html>\n");
        Files.writeString(file, page);
    }

    /**
     * The chart of images a second alone, as an image for other pages.
     *
     * @throws IOException if the file cannot be written
     */
    public void writeChart(ClusterReport report, Path file) throws IOException {
        String chart = throughput(scored(report));
        int inside = chart.indexOf('>') + 1;
        Files.writeString(
                file,
                chart.substring(0, inside).replace("<svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"")
                        + "<title>Images a second, decoding included</title>"
                        + "<style>text{font:12px system-ui,sans-serif;fill:#222}</style>"
                        + "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>"
                        + chart.substring(inside)
                        + "\n");
    }

    private static List<ClusterResult> scored(ClusterReport report) {
        return report.results().stream()
                .filter(result -> result.engine() != Engine.NONE)
                .toList();
    }

    private static String throughput(List<ClusterResult> results) {
        double most = results.stream()
                .mapToDouble(ClusterResult::imagesPerSecond)
                .max()
                .orElse(1);
        List<String> rows = new ArrayList<>();
        for (ClusterResult result : results) {
            double share = result.imagesPerSecond() / most;
            rows.add(rectangle(0, share, result.engine() == Engine.LANEWISE ? COLORS[3] : COLORS[0])
                    + value(share, format("%.1f", result.imagesPerSecond())));
        }
        return chart(results, rows);
    }

    private static String breakdown(List<ClusterResult> results) {
        double most = results.stream()
                .mapToDouble(result -> sum(millis(result.job())))
                .max()
                .orElse(1);
        List<String> rows = new ArrayList<>();
        for (ClusterResult result : results) {
            double[] millis = millis(result.job());
            StringBuilder row = new StringBuilder();
            double from = 0;
            for (int part = 0; part < PARTS.length; part++) {
                row.append(rectangle(from / most, millis[part] / most, COLORS[part]));
                from += millis[part];
            }
            rows.add(row + value(from / most, format("%.2f", from)));
        }
        StringBuilder legend = new StringBuilder("<p>");
        for (int part = 0; part < PARTS.length; part++) {
            legend.append("<span style=\"color:")
                    .append(COLORS[part])
                    .append("\">&#9632;</span> ")
                    .append(PARTS[part])
                    .append(" &nbsp; ");
        }
        return legend + "</p>" + chart(results, rows);
    }

    private static String scaling(List<ClusterResult> results) {
        List<String> rows = new ArrayList<>();
        for (ClusterResult result : results) {
            double share = result.scaling() == null ? 0 : result.scaling();
            rows.add(rectangle(0, Math.min(1.1, share) / 1.1, COLORS[3]) + value(share / 1.1, format("%.2f", share)));
        }
        return chart(results, rows);
    }

    private static double[] millis(JobAnswer job) {
        double scale = 1e3 / Math.max(1, job.images());
        return new double[] {
            scale * job.readSeconds(),
            scale * job.decodeSeconds(),
            scale * job.packSeconds(),
            scale * job.inferSeconds(),
            scale * job.writeSeconds()
        };
    }

    private static double sum(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum;
    }

    /** Bars below one another; where they begin each has its label. */
    private static String chart(List<ClusterResult> results, List<String> rows) {
        StringBuilder svg = new StringBuilder(format(
                "<svg viewBox=\"0 0 %d %d\" width=\"%d\" role=\"img\">",
                LABELS + WIDTH + 60, rows.size() * STEP, LABELS + WIDTH + 60));
        for (int row = 0; row < rows.size(); row++) {
            svg.append(format("<g transform=\"translate(0,%d)\"><text x=\"0\" y=\"15\">", row * STEP))
                    .append(escape(label(results.get(row))))
                    .append("</text>")
                    .append(rows.get(row))
                    .append("</g>");
        }
        return svg.append("</svg>").toString();
    }

    private static String label(ClusterResult result) {
        return result.model() + ", " + result.engine().label() + ", " + result.executors() + " x " + result.cores();
    }

    private static String rectangle(double from, double share, String color) {
        return format(
                "<rect x=\"%.1f\" y=\"0\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
                LABELS + from * WIDTH, share * WIDTH, BAR, color);
    }

    private static String value(double share, String text) {
        return format("<text x=\"%.1f\" y=\"15\">%s</text>", LABELS + share * WIDTH + 6, text);
    }

    private static String table(List<ClusterResult> results) {
        StringBuilder table = new StringBuilder(
                "<table><tr><th>job</th><th>images</th><th>images/s</th><th>by executor</th><th>with start</th><th>first pass s</th>"
                        + "<th>CPU s / 1,000</th><th>peak MB</th><th>speedup</th><th>of allowed</th><th>scaling</th></tr>");
        for (ClusterResult result : results) {
            table.append("<tr><td>").append(escape(label(result)));
            table.append(format(
                    "</td><td>%d</td><td>%.1f</td><td>%s</td><td>%.1f</td><td>%.1f</td><td>%.1f</td><td>%.0f</td>"
                            + "<td>%s</td><td>%s</td><td>%s</td></tr>",
                    result.job().images(),
                    result.imagesPerSecond(),
                    Cells.rates(result.imagesPerSecondByExecutor()),
                    result.imagesPerSecondWithStart(),
                    result.job().coldSeconds(),
                    result.cpuSecondsPerThousand(),
                    result.peakResidentMegabytes(),
                    Cells.number("%.2f", result.speedup()),
                    Cells.number(
                            "%.2f",
                            result.comparison() == null
                                    ? null
                                    : result.comparison().share()),
                    Cells.number("%.2f", result.scaling())));
        }
        return table.append("</table>").toString();
    }

    private static String format(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
