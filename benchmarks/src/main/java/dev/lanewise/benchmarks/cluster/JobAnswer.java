package dev.lanewise.benchmarks.cluster;

import java.util.Map;

/**
 * What a job has done.
 *
 * @param expected what the timed pass was given to score: the files or rows there are, so many times
 * @param images scored in the timed pass
 * @param invalid those of them that could not be
 * @param differing images for which the job to compare with has another best class
 * @param rows of different images that the timed pass has written
 * @param failedTasks of all passes
 * @param imagesByExecutor what each executor has scored in the timed pass, by its id
 * @param costs what the job cost beside the images
 * @param batch the size that was best
 * @param coldImages of the first pass
 * @param coldSeconds from the driver's start of Spark to the end of a first pass over all images
 * @param startMillis when the timed pass began, in milliseconds since 1970
 * @param endMillis when it ended
 * @param readSeconds what its tasks spent, summed over all of them, until the images' bytes were there
 * @param decodeSeconds decoding, scaling and cropping
 * @param packSeconds making the network's input
 * @param inferSeconds running the network
 * @param writeSeconds what became of the rows: serialised, encoded, written
 */
public record JobAnswer(
        long expected,
        long images,
        long invalid,
        long differing,
        long rows,
        long failedTasks,
        Map<String, Long> imagesByExecutor,
        JobCosts costs,
        int batch,
        long coldImages,
        double coldSeconds,
        long startMillis,
        long endMillis,
        double readSeconds,
        double decodeSeconds,
        double packSeconds,
        double inferSeconds,
        double writeSeconds) {

    public JobAnswer {
        imagesByExecutor = Map.copyOf(imagesByExecutor);
    }

    double steadySeconds() {
        return (endMillis - startMillis) / 1e3;
    }

    /** What the tasks spent on the images of the timed pass, all parts together. */
    double busySeconds() {
        return readSeconds + decodeSeconds + packSeconds + inferSeconds + writeSeconds;
    }
}
