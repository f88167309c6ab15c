package dev.lanewise.engine.graph;

/** Operators of one kind: normalisation and softmax. */
public sealed interface NormalizationOperator extends Operator
        permits BatchNormalization, ChannelAffine, InstanceNormalization, LocalResponseNormalization, Softmax {}
