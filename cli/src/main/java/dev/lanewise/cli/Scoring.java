package dev.lanewise.cli;

import dev.lanewise.cli.report.ConfusionMatrix;
import dev.lanewise.cli.report.Report;
import dev.lanewise.cli.report.ReportPage;
import dev.lanewise.cli.scoring.ScoredDataset;
import dev.lanewise.cli.scoring.ScoredImage;
import dev.lanewise.cli.scoring.ScoringJob;
import dev.lanewise.cli.scoring.ScoringRequest;
import dev.lanewise.cli.scoring.ScoringSummary;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Consumer;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** A scoring run with its page, as {@code score} and {@code demo} need it. */
final class Scoring {

    private final ScoringRequest request;
    private final String title;
    private final @Nullable TrueClasses truth;
    private final PrintWriter err;
    private final OptionNames names;
    private final boolean verbose;

    /**
     * @param title of the page
     * @param truth where the images' classes are known
     * @param command that is run, which messages are for
     */
    Scoring(ScoringRequest request, String title, @Nullable TrueClasses truth, CommandSpec command, boolean verbose) {
        this.request = request;
        this.title = title;
        this.truth = truth;
        this.err = command.commandLine().getErr();
        this.names = OptionNames.of(command);
        this.verbose = verbose;
    }

    /**
     * What there is to tell.
     *
     * @param confusion null where the classes are not known
     * @param complete whether the page is there too, if one was asked for
     */
    record Outcome(ScoringSummary summary, @Nullable ConfusionMatrix confusion, boolean complete) {}

    /**
     * Scores, and writes the page if one is asked for.
     *
     * @param print tells the outcome, once the scores are written: also if the page then fails
     * @throws IOException if the page fails, or what the run needs cannot be read
     */
    void run(Consumer<Outcome> print) throws IOException {
        ScoringJob job = ScoringJob.prepare(request, verbose);
        err.println("starting Spark");
        try (SparkSession session = job.startSpark(verbose)) {
            ScoringSummary summary = job.run(session, err);
            if (summary.invalid() > 0) {
                tellOfOneThatFailed(summary, job.result(session));
            }
            ConfusionMatrix confusion =
                    truth == null ? null : truth.confusion(job.result(session).predictions());
            Path html = request.html();
            boolean complete = false;
            try {
                if (html != null) {
                    err.println("writing the page " + html);
                    writePage(job, session, summary, confusion, html);
                }
                complete = true;
            } finally {
                print.accept(new Outcome(summary, confusion, complete));
            }
        }
    }

    /** Nothing where such rows are left out. */
    private void tellOfOneThatFailed(ScoringSummary summary, ScoredDataset result) {
        for (ScoredImage failed : result.someFailed(1)) {
            err.println(String.format(
                    Locale.ROOT,
                    "%,d of %,d images could not be scored, such as %s: %s; the column 'error' tells why for each",
                    summary.invalid(),
                    summary.images(),
                    Failures.oneLine(failed.path()),
                    names.in(Failures.oneLine(failed.error()))));
        }
    }

    private void writePage(
            ScoringJob job,
            SparkSession session,
            ScoringSummary summary,
            @Nullable ConfusionMatrix confusion,
            Path html)
            throws IOException {
        try {
            Report report = new ReportAssembly(request, job.result(session), job.images(session), truth)
                    .report(title, summary, confusion);
            ReportPage.write(report, html);
        } catch (IOException | RuntimeException e) {
            throw new IOException(
                    "the scores are written, but the page " + html + " cannot be: " + Failures.message(e), e);
        }
    }
}
