package dev.lanewise.engine.graph;

/** A named input or output of a network. */
public record GraphValue(String name, TensorType type) {}
