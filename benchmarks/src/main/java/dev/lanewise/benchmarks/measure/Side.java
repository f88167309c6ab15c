package dev.lanewise.benchmarks.measure;

/**
 * One of the sides of a comparison.
 *
 * @param name by which its samples are found
 * @param work one run of it
 */
public record Side(String name, Runnable work) {}
