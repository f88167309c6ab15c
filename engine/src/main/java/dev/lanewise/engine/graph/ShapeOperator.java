package dev.lanewise.engine.graph;

/** Operators of one kind: shapes as values. */
public sealed interface ShapeOperator extends Operator permits ConstantOfShape, Range, ShapeOf, SizeOf {}
