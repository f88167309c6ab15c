package dev.lanewise.engine.graph;

/** Operators of one kind: element by element, with broadcasting. */
public sealed interface ElementwiseOperator extends Operator
        permits Binary, Cast, Clip, Dropout, Fold, Identity, Mean, Unary, Where {}
