package dev.lanewise.benchmarks.measure;

/** A generated loop of nothing but fused multiply-adds. */
public interface PeakLoop {

    /** @return a value that depends on all the products, so that none can be left out */
    float run(int trips);
}
