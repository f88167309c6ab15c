package dev.lanewise.benchmarks.cluster;

import java.util.List;

/**
 * What a job on the cluster is to do.
 *
 * @param model an ONNX file that the driver and all executors can read
 * @param images a folder of them
 * @param format what the images are in
 * @param repeat how often the timed pass takes every image
 * @param output a folder that is not there yet
 * @param batches sizes to try; the best one on a quarter of the images is timed
 * @param compareWith the output of another job over the same images; empty for none
 */
public record JobRequest(
        Engine engine,
        String model,
        String images,
        ImageStore format,
        int repeat,
        String output,
        List<Integer> batches,
        String compareWith) {

    public JobRequest {
        batches = List.copyOf(batches);
    }
}
