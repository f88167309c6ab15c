package dev.lanewise.spark.preflight;

import dev.lanewise.arrow.preprocess.ImageSize;
import dev.lanewise.arrow.preprocess.Preprocessor;
import dev.lanewise.arrow.score.ScoringOptions;
import dev.lanewise.engine.Model;
import dev.lanewise.engine.ModelMemory;
import dev.lanewise.engine.graph.Dimension;
import dev.lanewise.engine.graph.GraphValue;
import dev.lanewise.kernels.tensor.Shape;
import java.util.List;
import java.util.Map;

/**
 * What scoring takes of an executor, in bytes.
 *
 * @param modelBytes the ONNX file, as it was broadcast
 * @param weightBytes the packed weights, which all tasks share
 * @param arenaBytes the tensors of one thread
 * @param batchHeapBytes what a batch takes of a task's heap: its files, counted as the pixels that become of them, and
 *     these as floats
 * @param batchArrowBytes what its preprocessed pixels take beside the heap
 */
public record MemoryNeed(
        long modelBytes, long weightBytes, long arenaBytes, long batchHeapBytes, long batchArrowBytes) {

    /**
     * Plans the network; no kernel is compiled.
     *
     * @param options whose limits on a batch count as far as images of the network's size can reach them; where images
     *     keep a size that nobody knows beforehand, neither arena nor batch are counted
     */
    public static MemoryNeed of(Model model, long modelBytes, ScoringOptions options) {
        GraphValue input = model.inputs().get(0);
        List<Dimension> dimensions = input.type().dimensions();
        if (model.inputs().size() != 1 || dimensions == null || dimensions.size() != 4) {
            return new MemoryNeed(modelBytes, 0, 0, 0, 0);
        }
        int height = size(dimensions.get(2));
        int width = size(dimensions.get(3));
        Preprocessor preprocessor =
                Preprocessor.of(options.preprocessing(), size(dimensions.get(1)), height, width, options.limits());
        ImageSize size = preprocessor.fixedSize();
        if (size == null && height > 0 && width > 0) {
            size = new ImageSize(height, width);
        }
        if (size == null) {
            return new MemoryNeed(modelBytes, 0, 0, 0, 0);
        }
        int planes = preprocessor.channels().count();
        int fixedBatch = Math.max(1, size(dimensions.get(0)));
        ModelMemory memory =
                model.memory(Map.of(input.name(), Shape.of(fixedBatch, planes, size.height(), size.width())));
        long pixels = Math.min(
                (long) options.batchSize() * planes * size.height() * size.width(), options.maxBatchBytes() / 2);
        return new MemoryNeed(
                modelBytes, memory.weightBytes(), memory.arenaBytes(), (1 + Float.BYTES) * pixels, pixels);
    }

    /** For so many tasks at a time, of so many threads each. */
    long heapBytes(int tasks, int threads) {
        return modelBytes + weightBytes + tasks * (threads * arenaBytes + batchHeapBytes);
    }

    long arrowBytes(int tasks) {
        return tasks * batchArrowBytes;
    }

    private static int size(Dimension dimension) {
        return dimension.isKnown() ? (int) dimension.size() : -1;
    }
}
