package dev.lanewise.spark.preflight;

import dev.lanewise.arrow.score.ModelFit;
import dev.lanewise.arrow.score.NetworkInput;
import dev.lanewise.arrow.score.ScoringOptions;
import dev.lanewise.engine.Model;
import dev.lanewise.engine.ModelMemory;
import dev.lanewise.kernels.tensor.Shape;
import java.util.Map;
import java.util.Optional;

/**
 * What scoring takes of an executor, in bytes.
 *
 * @param modelBytes the ONNX file, as it was broadcast
 * @param weightBytes the packed weights, which all tasks share
 * @param arenaBytes the tensors of one thread
 * @param batchHeapBytes what a batch takes of a task's heap: its files, counted as the pixels that become of them, and
 *     these as floats; what comes as values twice, as given and side by side
 * @param batchArrowBytes what its preprocessed pixels take beside the heap
 */
public record MemoryNeed(
        long modelBytes, long weightBytes, long arenaBytes, long batchHeapBytes, long batchArrowBytes) {

    /**
     * Plans the network, unless that has been done; no kernel is compiled.
     *
     * @param options whose limits on a batch count as far as images of the network's size can reach them; where images
     *     keep a size that nobody knows beforehand, neither arena nor batch are counted
     */
    public static MemoryNeed of(Model model, long modelBytes, ScoringOptions options) {
        ModelFit fit = ModelFit.ofInputs(model, options);
        Optional<Map<String, Shape>> shapes = fit.shapes();
        if (shapes.isEmpty()) {
            return new MemoryNeed(modelBytes, 0, 0, 0, 0);
        }
        ModelMemory memory = PlannedMemory.of(model, shapes.get());
        long pixels = 0;
        long values = 0;
        for (NetworkInput input : fit.inputs()) {
            long elements = input.imageShape().orElseThrow().size();
            if (input.preprocessor().isPresent()) {
                pixels += elements;
            } else {
                values += elements;
            }
        }
        pixels = Math.min(options.batchSize() * pixels, options.maxBatchBytes() / 2);
        values = Math.min(options.batchSize() * values * Float.BYTES, options.maxBatchBytes());
        return new MemoryNeed(
                modelBytes, memory.weightBytes(), memory.arenaBytes(), (1 + Float.BYTES) * pixels + 2 * values, pixels);
    }

    /** For so many tasks at a time, of so many threads each. */
    long heapBytes(int tasks, int threads) {
        return modelBytes + weightBytes + tasks * (threads * arenaBytes + batchHeapBytes);
    }

    long arrowBytes(int tasks) {
        return tasks * batchArrowBytes;
    }
}
