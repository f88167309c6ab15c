package dev.lanewise.engine.graph;

/** Operators of one kind: a window slid over an image: convolution and pooling, and resizing. */
public sealed interface WindowOperator extends Operator
        permits AveragePooling,
                Convolution,
                FusedConvolution,
                GlobalPooling,
                MaxPooling,
                Resize,
                TransposedConvolution {}
