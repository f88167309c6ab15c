package dev.lanewise.benchmarks.cluster;

import java.nio.file.Path;
import java.util.List;

/**
 * What to measure.
 *
 * @param models ONNX files
 * @param images a folder of JPEG files
 * @param format what they are in when they are scored
 * @param repeat how often every image is scored in the timed pass
 * @param rounds how often every job is done, the engines in turn
 * @param executors numbers of executors, each measured by itself
 * @param cores of an executor
 * @param peer whether ONNX Runtime takes part
 * @param folder for logs and outputs
 */
public record ClusterPlan(
        List<Path> models,
        Path images,
        ImageStore format,
        int repeat,
        int rounds,
        List<Integer> executors,
        int cores,
        boolean peer,
        Path folder) {

    public ClusterPlan {
        models = List.copyOf(models);
        executors = List.copyOf(executors);
    }

    /**
     * What is submitted.
     *
     * @param home a Spark
     * @param application the jar of the benchmarks
     * @param jars what the executors need besides: the bundle, the peer
     */
    public record Installation(Path home, Path application, List<Path> jars) {

        public Installation {
            jars = List.copyOf(jars);
        }
    }
}
