package dev.lanewise.engine.graph;

/** Operators of one kind: quantising and back. */
public sealed interface QuantizationOperator extends Operator permits DequantizeLinear, QuantizeLinear {}
