package dev.lanewise.engine.graph;

/** Operators of one kind: matrix products. */
public sealed interface LinearOperator extends Operator permits FusedGemm, Gemm, MatMul {}
