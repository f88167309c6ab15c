package dev.lanewise.engine.graph;

/** Operators of one kind: axes reduced to one value. */
public sealed interface ReductionOperator extends Operator permits ArgExtreme, Reduce {}
