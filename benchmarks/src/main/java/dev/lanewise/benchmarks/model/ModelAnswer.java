package dev.lanewise.benchmarks.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one JVM measured of one network.
 *
 * @param batches the batch sizes that it got through
 * @param failure why not all of them, in a line; null if it did
 */
public record ModelAnswer(
        List<BatchFigures> batches, @Nullable String failure) {}
