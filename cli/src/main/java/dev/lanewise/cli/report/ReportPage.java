package dev.lanewise.cli.report;

import dev.lanewise.cli.scoring.ScoredDataset.ClassCount;
import dev.lanewise.cli.scoring.ScoredImage.RankedClass;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.LongStream;

/** Writes a {@link Report} as one HTML file that needs nothing else, neither files nor a network. */
public final class ReportPage {

    /** The most bars on a card, however many classes {@code top} names. */
    private static final int MOST_BARS = 5;

    private final Report report;
    private final Appendable out;

    private ReportPage(Report report, Appendable out) {
        this.report = report;
        this.out = out;
    }

    public static void write(Report report, Path file) throws IOException {
        try (BufferedWriter writer = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
            write(report, writer);
        }
    }

    static void write(Report report, Appendable out) throws IOException {
        new ReportPage(report, out).page();
    }

    private void page() throws IOException {
        // The policy makes sure that nothing on the page, whatever a file is called, can reach out.
        html("""
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="color-scheme" content="light dark">
                <meta http-equiv="Content-Security-Policy"
                 content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
                <title>%s - Lanewise</title>
                <style>
                %s</style>
                </head>
                <body>
                <main>
                """, Html.escape(report.title()), resource("page.css"));
        header();
        tiles();
        html("<section class=\"panels\">\n");
        classes();
        histogram();
        html("</section>\n");
        confusion();
        toolbar();
        html("<section class=\"cards\" id=\"cards\">\n");
        for (ShownImage image : report.shown()) {
            card(image);
        }
        html("""
                </section>
                <p class="empty" id="empty" hidden>No image fits the filter.</p>
                </main>
                <script>
                %s</script>
                </body>
                </html>
                """, resource("page.js"));
    }

    private void header() throws IOException {
        html(
                """
                <header>
                <p class="brand">Lanewise</p>
                <h1>%s</h1>
                <dl class="facts">
                <div><dt>Model</dt><dd title="%s">%s</dd></div>
                <div><dt>Images</dt><dd>%s</dd></div>
                <div><dt>Scores</dt><dd>%s</dd></div>
                </dl>
                </header>
                """,
                Html.escape(report.title()),
                Html.escape(report.model()),
                Html.escape(ShownImage.lastPart(report.model())),
                Html.escape(report.input()),
                Html.escape(report.output()));
    }

    private void tiles() throws IOException {
        html("<section class=\"tiles\">\n");
        ConfusionMatrix confusion = report.confusion();
        if (confusion != null && confusion.total() > 0) {
            tile(
                    "strong",
                    percent((double) confusion.right() / confusion.total()),
                    String.format(Locale.ROOT, "%,d of %,d right", confusion.right(), confusion.total()));
        }
        long scored = report.summary().images() - report.summary().invalid();
        tile("", String.format(Locale.ROOT, "%,d", scored), "images scored");
        tile(
                report.summary().invalid() > 0 ? "bad" : "",
                String.format(Locale.ROOT, "%,d", report.summary().invalid()),
                "invalid images");
        tile("", report.summary().rate(), "images a second");
        tile("", String.format(Locale.ROOT, "%.1f s", report.summary().seconds()), "scoring time");
        html("</section>\n");
    }

    private void tile(String kind, String value, String what) throws IOException {
        html("<div class=\"tile %s\"><b>%s</b><span>%s</span></div>\n", kind, value, what);
    }

    private void classes() throws IOException {
        html("<div class=\"panel\"><h2>Predicted classes</h2>\n<ul class=\"classes\">\n");
        long most =
                report.classes().stream().mapToLong(ClassCount::images).max().orElse(1);
        for (ClassCount predicted : report.classes()) {
            html(
                    """
                    <li><button type="button" data-show-label="%1$s" title="Mean probability %4$s">\
                    <span class="name">%1$s</span><span class="bar" style="--w:%2$.4f"></span>\
                    <span class="n">%3$,d</span></button></li>
                    """,
                    Html.escape(predicted.label()),
                    (double) predicted.images() / most,
                    predicted.images(),
                    percent(predicted.meanProbability()));
        }
        html("</ul></div>\n");
    }

    private void histogram() throws IOException {
        long[] bins = report.histogram();
        long most = Math.max(1, LongStream.of(bins).max().orElse(1));
        html("<div class=\"panel\"><h2>How certain</h2>\n<div class=\"histogram\">\n");
        for (int bin = 0; bin < bins.length; bin++) {
            html(
                    "<div class=\"bin\" title=\"%d to %d %%: %,d images\"><span class=\"n\">%,d</span>"
                            + "<span class=\"column\" style=\"--h:%.4f\"></span></div>\n",
                    100 * bin / bins.length,
                    100 * (bin + 1) / bins.length,
                    bins[bin],
                    bins[bin],
                    (double) bins[bin] / most);
        }
        html("</div><p class=\"axis\"><span>0 %%</span><span>probability of the best class</span>"
                + "<span>100 %%</span></p></div>\n");
    }

    private void confusion() throws IOException {
        ConfusionMatrix confusion = report.confusion();
        if (confusion == null) {
            return;
        }
        html("<section class=\"panel confusion\"><h2>Confusion</h2>\n<div class=\"scroll\"><table>\n"
                + "<tr><th class=\"corner\">is \\ predicted</th>");
        for (String label : confusion.labels()) {
            html("<th scope=\"col\"><span>%s</span></th>", Html.escape(label));
        }
        html("</tr>\n");
        for (int truth = 0; truth < confusion.labels().size(); truth++) {
            html("<tr><th scope=\"row\">%s</th>", Html.escape(confusion.labels().get(truth)));
            long images = Math.max(1, LongStream.of(confusion.counts()[truth]).sum());
            for (int label = 0; label < confusion.labels().size(); label++) {
                cell(confusion, truth, label, images);
            }
            html("</tr>\n");
        }
        html("</table></div><p class=\"hint\">Choose a cell to see its images.</p></section>\n");
    }

    private void cell(ConfusionMatrix confusion, int truth, int label, long images) throws IOException {
        long count = confusion.counts()[truth][label];
        if (count == 0) {
            html("<td></td>");
            return;
        }
        html(
                "<td class=\"%s\" style=\"--h:%.4f\"><button type=\"button\" data-show-truth=\"%s\" "
                        + "data-show-label=\"%s\">%,d</button></td>",
                truth == label ? "right" : "wrong",
                (double) count / images,
                Html.escape(confusion.labels().get(truth)),
                Html.escape(confusion.labels().get(label)),
                count);
    }

    private void toolbar() throws IOException {
        html("""
                <section class="toolbar" aria-label="Filter">
                <input id="search" type="search" placeholder="Search file, label or error" aria-label="Search">
                <select id="label" aria-label="Label"><option value="">All labels</option>
                """);
        report.classes().stream()
                .map(ClassCount::label)
                .sorted()
                .distinct()
                .forEach(label -> uncheckedHtml("<option>%s</option>\n", Html.escape(label)));
        html("</select>\n<select id=\"state\" aria-label=\"Which\"><option value=\"\">All images</option>\n");
        html("<option value=\"failed\">Failed</option>\n<option value=\"unsure\">Below 50 %%</option>\n");
        if (report.confusion() != null) {
            html("<option value=\"wrong\">Wrong</option>\n<option value=\"right\">Right</option>\n");
        }
        html("""
                </select>
                <select id="order" aria-label="Order"><option value="unsure">Least certain first</option>\
                <option value="sure">Most certain first</option><option value="name">By name</option></select>
                <button type="button" id="reset" hidden>Reset</button>
                <span class="count" id="count">%,d images</span>
                </section>
                """, report.shown().size());
        if (report.leftOut() > 0) {
            html(
                    "<p class=\"left-out\">The %,d images that failed or are least certain are shown; "
                            + "%,d more are left out here, but their scores are in the output.</p>\n",
                    report.shown().size(), report.leftOut());
        }
    }

    private void card(ShownImage image) throws IOException {
        String state = image.isFailed() ? "failed" : image.isWrong() ? "wrong" : image.truth() != null ? "right" : "";
        String label = image.score().label() == null ? "" : image.score().label();
        Float probability = image.score().probability();
        html(
                "<article class=\"card %s\" data-state=\"%s\" data-label=\"%s\" data-truth=\"%s\" data-p=\"%s\">\n",
                state,
                state,
                Html.escape(label),
                Html.escape(image.truth() == null ? "" : image.truth()),
                probability == null ? "-1" : probability.toString());
        thumbnail(image);
        html("<div class=\"body\">");
        if (image.isFailed()) {
            html(
                    "<h3><span>Failed</span></h3><p class=\"error\">%s</p>",
                    Html.escape(String.valueOf(image.score().error())));
        } else {
            html(
                    "<h3><span>%s</span><b>%s</b></h3>",
                    Html.escape(label), probability == null ? "" : percent(probability));
            bars(image);
        }
        if (image.isWrong()) {
            html("<p class=\"truth\">is <b>%s</b></p>", Html.escape(String.valueOf(image.truth())));
        }
        html(
                "<p class=\"file\" title=\"%s\">%s</p></div>\n</article>\n",
                Html.escape(image.score().path()), Html.escape(image.fileName()));
    }

    private void thumbnail(ShownImage image) throws IOException {
        if (image.thumbnail() == null) {
            html("<div class=\"thumb none\" aria-hidden=\"true\">?</div>\n");
        } else {
            html("<div class=\"thumb\"><img src=\"%s\" alt=\"\" loading=\"lazy\"></div>\n", image.thumbnail());
        }
    }

    private void bars(ShownImage image) throws IOException {
        html("<ol class=\"top\">");
        for (RankedClass ranked : image.score().top().stream().limit(MOST_BARS).toList()) {
            String name = Html.escape(ranked.label());
            html(
                    "<li class=\"%s\" style=\"--w:%.4f\"><span class=\"name\" title=\"%s\">%s</span>"
                            + "<span class=\"n\">%s</span></li>",
                    ranked.label().equals(image.truth()) ? "is" : "",
                    Math.max(0, Math.min(1, ranked.probability())),
                    name,
                    name,
                    percent(ranked.probability()));
        }
        html("</ol>");
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    private void html(String template, Object... values) throws IOException {
        out.append(String.format(Locale.ROOT, template, values));
    }

    private void uncheckedHtml(String template, Object... values) {
        try {
            html(template, values);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String resource(String name) throws IOException {
        try (InputStream resource = ReportPage.class.getResourceAsStream(name)) {
            if (resource == null) {
                throw new IllegalStateException(name + " is missing from the jar");
            }
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
