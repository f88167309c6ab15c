package dev.lanewise.engine.graph;

/** Operators of one kind: element by element, with broadcasting. */
public sealed interface ElementwiseOperator extends Operator
        permits Activate, Binary, Cast, Clip, Dropout, Fold, FusedBinary, Identity, Mean, Unary, Where {}
