package dev.lanewise.cli;

import dev.lanewise.cli.report.ConfusionMatrix;
import dev.lanewise.cli.report.Report;
import dev.lanewise.cli.report.ShownImage;
import dev.lanewise.cli.report.Thumbnails;
import dev.lanewise.cli.scoring.ImageFiles;
import dev.lanewise.cli.scoring.ScoredDataset;
import dev.lanewise.cli.scoring.ScoredImage;
import dev.lanewise.cli.scoring.ScoringRequest;
import dev.lanewise.cli.scoring.ScoringSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;

/** Chooses what the page shows of a scored dataset, and makes its thumbnails. */
final class ReportAssembly {

    private static final int HISTOGRAM_BINS = 10;

    /** Failed images may take no more than this share of the page while there are others to show. */
    private static final int MOST_FAILED = Report.MOST_IMAGES / 4;

    /** A large image takes a quarter of it, encoded, decoded and halved. */
    private static final long HEAP_PER_THUMBNAIL = 1L << 30;

    private final ScoringRequest request;
    private final ScoredDataset result;
    private final ImageFiles files;
    private final @Nullable TrueClasses truth;

    ReportAssembly(ScoringRequest request, ScoredDataset result, ImageFiles files, @Nullable TrueClasses truth) {
        this.request = request;
        this.result = result;
        this.files = files;
        this.truth = truth;
    }

    Report report(String title, ScoringSummary summary, @Nullable ConfusionMatrix confusion) {
        List<ScoredDataset.ClassCount> classes = result.classes();
        long scored =
                classes.stream().mapToLong(ScoredDataset.ClassCount::images).sum();
        long failed = result.failedCount();
        int failedShown = (int) Math.min(failed, Math.max(MOST_FAILED, Report.MOST_IMAGES - scored));
        List<ScoredImage> images = new ArrayList<>(result.failed(Math.min(failedShown, Report.MOST_IMAGES)));
        images.addAll(result.leastCertain(Report.MOST_IMAGES - images.size()));
        return new Report(
                title,
                request.model(),
                request.input(),
                request.output(),
                summary,
                classes,
                result.histogram(HISTOGRAM_BINS),
                shown(images),
                scored + failed - images.size(),
                confusion);
    }

    private List<ShownImage> shown(List<ScoredImage> images) {
        ForkJoinPool threads = new ForkJoinPool(threads());
        try {
            return threads.submit(() -> images.parallelStream().map(this::shown).toList())
                    .join();
        } finally {
            threads.shutdown();
        }
    }

    private static int threads() {
        Runtime java = Runtime.getRuntime();
        return (int) Math.max(1, Math.min(java.availableProcessors(), java.maxMemory() / HEAP_PER_THUMBNAIL));
    }

    private ShownImage shown(ScoredImage image) {
        String thumbnail = files.read(image.path()).flatMap(Thumbnails::of).orElse(null);
        return new ShownImage(image, thumbnail, truth == null ? null : truth.name(image.path()));
    }
}
