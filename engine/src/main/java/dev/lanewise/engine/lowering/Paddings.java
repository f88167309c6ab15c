package dev.lanewise.engine.lowering;

import dev.lanewise.kernels.tensor.BlockedLayout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The padding of every image: the widest that any reader of its memory wants, so that nobody has to copy it. */
final class Paddings {

    /** Zeros around an image, in pixels. */
    record Padding(int top, int left, int bottom, int right) {

        static final Padding NONE = new Padding(0, 0, 0, 0);

        static Padding of(BlockedLayout layout) {
            return new Padding(layout.padTop(), layout.padLeft(), layout.padBottom(), layout.padRight());
        }

        Padding widest(Padding other) {
            return new Padding(
                    Math.max(top, other.top),
                    Math.max(left, other.left),
                    Math.max(bottom, other.bottom),
                    Math.max(right, other.right));
        }

        BlockedLayout around(BlockedLayout layout) {
            return new BlockedLayout(
                    layout.batch(), layout.order(), layout.height(), layout.width(), top, left, bottom, right);
        }
    }

    private final Map<String, String> parents = new HashMap<>();
    private final Map<String, Padding> paddings = new HashMap<>();

    /** @param nodes those of which images share memory, or must be laid out alike, will have one padding */
    Paddings(List<LoweredNode> nodes) {
        for (LoweredNode node : nodes) {
            if (node instanceof LoweredNode.Convolve convolve && convolve.residual() != null) {
                union(convolve.residual(), convolve.output());
            } else if (node instanceof LoweredNode.Concat concat) {
                concat.inputs().forEach(input -> union(input, concat.output()));
            } else if (node instanceof LoweredNode.Part
                    || node instanceof LoweredNode.Relabel
                    || node instanceof LoweredNode.View) {
                union(node.reads().get(0), node.writes().get(0));
            }
        }
    }

    void want(String value, Padding padding) {
        paddings.merge(root(value), padding, Padding::widest);
    }

    Padding of(String value) {
        return paddings.getOrDefault(root(value), Padding.NONE);
    }

    private void union(String value, String other) {
        String root = root(value);
        String otherRoot = root(other);
        if (!root.equals(otherRoot)) {
            parents.put(root, otherRoot);
        }
    }

    private String root(String value) {
        String root = value;
        for (String parent = parents.get(root); parent != null; parent = parents.get(root)) {
            root = parent;
        }
        if (!root.equals(value)) {
            parents.put(value, root);
        }
        return root;
    }
}
