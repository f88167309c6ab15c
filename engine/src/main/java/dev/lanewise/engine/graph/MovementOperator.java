package dev.lanewise.engine.graph;

/** Operators of one kind: elements moved, not changed. */
public sealed interface MovementOperator extends Operator
        permits ChannelShuffle,
                Concat,
                DepthToSpace,
                Expand,
                Flatten,
                Gather,
                GatherElements,
                Pad,
                Reshape,
                Slice,
                SpaceToDepth,
                Split,
                Squeeze,
                Tile,
                Transpose,
                Unsqueeze {}
