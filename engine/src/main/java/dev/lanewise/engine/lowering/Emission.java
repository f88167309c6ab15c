package dev.lanewise.engine.lowering;

import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.run.Placed;
import dev.lanewise.engine.run.Plan;
import dev.lanewise.engine.run.PlanStep;
import dev.lanewise.kernels.conv.Algorithm;
import dev.lanewise.kernels.conv.ConvPlan;
import dev.lanewise.kernels.tensor.BlockedLayout;
import dev.lanewise.kernels.tensor.ChannelOrder;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.workload.ConvWorkload;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Writes the steps: gives every image its place, lets views share it, and puts a reorder wherever a node cannot read or
 * write what the chosen layouts offer it.
 */
final class Emission {

    private final Graph graph;
    private final Images images;
    private final ChannelOrders orders;
    private final Paddings paddings;
    private final List<LoweredNode> nodes;
    private final StoragePlanner storages = new StoragePlanner();
    private final List<PlanStep> steps = new ArrayList<>();
    /** Where images are, or will be. */
    private final Map<String, Placed> places = new HashMap<>();
    /** Where the inputs of a concatenation come together, by its output. */
    private final Map<String, Placed> concatenations = new HashMap<>();
    /** The images that rows of flattened pixels are made of. */
    private final Map<String, String> flattened = new HashMap<>();
    /** Images whose place holds them already. */
    private final Set<String> filled = new HashSet<>();
    /** Values that there are as row-major tensors. */
    private final Set<String> rowMajor = new HashSet<>();

    private String step = "";

    Emission(Graph graph, Images images, ChannelOrders orders, Paddings paddings, List<LoweredNode> nodes) {
        this.graph = graph;
        this.images = images;
        this.orders = orders;
        this.paddings = paddings;
        this.nodes = nodes;
        rowMajor.addAll(graph.constants().keySet());
        graph.inputs().forEach(input -> rowMajor.add(input.name()));
    }

    Plan plan(List<String> wanted) {
        placeConcatenations();
        for (LoweredNode node : nodes) {
            step = node.name();
            emit(node);
            filled.addAll(node.writes());
        }
        for (String value : wanted) {
            step = value;
            storeRowMajor(value);
        }
        List<PlanStep> complete = withClearedPadding();
        return new Plan(
                graph.name(), complete, storages.plan(complete), lastUses(complete, wanted), wanted, graph.constants());
    }

    private void emit(LoweredNode node) {
        if (node instanceof LoweredNode.Convolve convolve) {
            convolve(convolve);
        } else if (node instanceof LoweredNode.Combine combine) {
            Placed out = place(combine.output());
            steps.add(new PlanStep.Combine(
                    step,
                    combine.function(),
                    combine.activation(),
                    operand(combine.a(), out.layout().order()),
                    operand(combine.b(), out.layout().order()),
                    out));
        } else if (node instanceof LoweredNode.Concat concat) {
            concatenate(concat);
        } else if (node instanceof LoweredNode.Relabel relabel) {
            int[] numbers = OrderClasses.inverse(relabel.source());
            alias(
                    relabel,
                    0,
                    OrderClasses.relabel(read(relabel.input()).layout().order(), numbers));
        } else if (node instanceof LoweredNode.View view) {
            alias(view, 0, read(view.input()).layout().order());
        } else if (node instanceof LoweredNode.Part part) {
            ChannelOrder whole = read(part.input()).layout().order();
            alias(part, orders.firstBlock(part, whole), orders.part(part, whole));
        } else if (node instanceof LoweredNode.Flatten flatten) {
            flattened.put(flatten.output(), flatten.input());
        } else if (node instanceof LoweredNode.Fallback fallback) {
            fallback.node().inputs().stream().filter(input -> !input.isEmpty()).forEach(this::storeRowMajor);
            steps.add(new PlanStep.Evaluate(fallback.node()));
            rowMajor.addAll(fallback.node().outputs());
        } else if (node instanceof LoweredNode.Multiply multiply) {
            multiply(multiply);
        } else if (node instanceof LoweredNode.Softmax softmax) {
            BlockedLayout rows = rows(softmax.output());
            Placed in = reorderedTo(read(softmax.input()), rows);
            into(softmax.output(), rows, out -> new PlanStep.Softmax(step, in, out));
        } else if (node instanceof LoweredNode.Mapping mapping) {
            Placed out = place(mapping.output());
            steps.add(mapping(
                    mapping, reordered(read(mapping.input()), out.layout().order()), out));
        }
    }

    private PlanStep mapping(LoweredNode.Mapping node, Placed in, Placed out) {
        if (node instanceof LoweredNode.Pool pool) {
            return new PlanStep.Pool(step, pool.function(), pool.window(), in, out);
        } else if (node instanceof LoweredNode.PoolImages pool) {
            return new PlanStep.PoolImages(step, pool.function(), in, out);
        } else if (node instanceof LoweredNode.Affine affine) {
            return new PlanStep.Affine(step, affine.activation(), affine.scale(), affine.shift(), in, out);
        } else if (node instanceof LoweredNode.Activate activate) {
            return new PlanStep.Activate(step, activate.activation(), in, out);
        } else if (node instanceof LoweredNode.Apply apply) {
            return new PlanStep.Apply(step, apply.function(), apply.alpha(), apply.beta(), in, out);
        } else if (node instanceof LoweredNode.Resize resize) {
            return new PlanStep.Resize(
                    step, resize.method(), resize.height(), resize.width(), resize.extrapolation(), in, out);
        }
        throw new IllegalArgumentException("no step for " + node);
    }

    /** Whether a convolution can read its input where it is, in the order that was chosen. */
    static boolean readsInPlace(LoweredNode.Convolve node, ChannelOrders orders) {
        ChannelOrder order = orders.of(node.input());
        return switch (node.algorithm()) {
            case LANES_OVER_GROUPS ->
                order.equals(Lowering.standalone(node).input().order());
            case DEPTHWISE ->
                ConvPlan.anyOrderOfGroups(node.workload(), node.algorithm())
                        ? order.block() >= 4 && !orders.appended().isSparse(node.input())
                        : order.equals(Lowering.standalone(node).input().order());
            case WINOGRAD -> order.block() >= 4;
            case DIRECT, POINTWISE, FIRST_LAYER -> true;
        };
    }

    /** Whether a convolution can write an order, reading such an input. */
    private static boolean writes(LoweredNode.Convolve node, Placed input, ChannelOrder order) {
        if (ConvPlan.anyOrderOfGroups(node.workload(), node.algorithm())) {
            return order.equals(input.layout().order());
        }
        boolean dense = node.workload().groups() == 1
                && node.algorithm() != Algorithm.LANES_OVER_GROUPS
                && node.algorithm() != Algorithm.DEPTHWISE;
        return dense
                ? order.block() >= 4
                : order.equals(Lowering.standalone(node).output().order());
    }

    private void convolve(LoweredNode.Convolve node) {
        ConvPlan alone = Lowering.standalone(node);
        Placed input = read(node.input());
        if (!readsInPlace(node, orders)) {
            input = reorderedTo(input, wantedInput(node, input));
        }
        ConvWorkload workload = node.workload();
        if (SmallPixels.skips(workload)) {
            input = subsampled(input, workload);
            workload = SmallPixels.withoutStride(workload);
        }
        Placed in = input;
        ConvWorkload computed = workload;
        ChannelOrder own = ConvPlan.anyOrderOfGroups(workload, node.algorithm())
                ? in.layout().order()
                : alone.output().order();
        BlockedLayout chosen = place(node.output()).layout();
        boolean fits = writes(node, in, chosen.order());
        boolean beside = SmallPixels.gainByUnpaddedOutput(workload, in.layout(), chosen);
        BlockedLayout written = fits && !beside ? chosen : unpadded(node.output(), fits ? chosen.order() : own);
        into(node.output(), written, out -> {
            Placed residual = node.residual() == null ? null : reorderedTo(read(node.residual()), out.layout());
            ConvPlan plan = new ConvPlan(computed, node.algorithm(), in.layout(), out.layout());
            return new PlanStep.Convolve(step, plan, node.parameters(), in, residual, out);
        });
    }

    /** The layout in which a convolution can read an image that it cannot read where it is. */
    private BlockedLayout wantedInput(LoweredNode.Convolve node, Placed input) {
        BlockedLayout alone = Lowering.standalone(node).input();
        if (!ConvPlan.anyOrderOfGroups(node.workload(), node.algorithm())
                || !orders.appended().isSparse(node.input())) {
            return alone;
        }
        ChannelOrder order = ChannelOrders.dense(input.layout().order());
        return Paddings.Padding.of(alone).around(BlockedLayout.of(alone.batch(), order, alone.height(), alone.width()));
    }

    /** The pixels that a pointwise convolution with strides reads, side by side. */
    private Placed subsampled(Placed in, ConvWorkload workload) {
        Placed copy = storages.add(BlockedLayout.of(
                workload.batch(), in.layout().order(), workload.outputHeight(), workload.outputWidth()));
        steps.add(new PlanStep.Pool(step, PlanStep.Pooled.MAX, workload.window(), in, copy));
        return copy;
    }

    private void multiply(LoweredNode.Multiply node) {
        Placed in = read(flattened.getOrDefault(node.input(), node.input()));
        into(
                node.output(),
                rows(node.output()),
                out -> new PlanStep.Multiply(step, node.parameters(), node.activation(), in, out));
    }

    /** Makes a step that writes a layout: into the image's own place if that has it, else beside it, to be reordered. */
    private void into(String output, BlockedLayout layout, Function<Placed, PlanStep> make) {
        Placed place = place(output);
        if (place.layout().equals(layout)) {
            steps.add(make.apply(place));
            return;
        }
        Placed beside = storages.add(layout);
        steps.add(make.apply(beside));
        steps.add(new PlanStep.Reorder(step, beside, place));
    }

    /** The layout of a matrix whose rows lie as in a row-major tensor. */
    private BlockedLayout rows(String matrix) {
        return unpadded(matrix, ChannelOrder.contiguous(shape(matrix).dim(1), 1));
    }

    private BlockedLayout unpadded(String value, ChannelOrder order) {
        return layout(value, order, Paddings.Padding.NONE);
    }

    /**
     * Lets concatenated images be made in their final place, from the last concatenation to the first: in DenseNet each
     * one's inputs are the first ones of the next.
     */
    private void placeConcatenations() {
        Set<String> owners = new HashSet<>();
        for (LoweredNode node : nodes) {
            boolean alias = node instanceof LoweredNode.Relabel
                    || node instanceof LoweredNode.View
                    || node instanceof LoweredNode.Part;
            if (!alias) {
                owners.addAll(node.writes());
            }
        }
        graph.inputs().forEach(input -> owners.add(input.name()));
        for (int i = nodes.size() - 1; i >= 0; i--) {
            if (nodes.get(i) instanceof LoweredNode.Concat concat) {
                place(concat, owners);
            }
        }
    }

    private void place(LoweredNode.Concat node, Set<String> owners) {
        ChannelOrder joined = orders.joined(node.inputs());
        Placed place = places.get(node.output());
        Placed before = place == null ? inOnePiece(node, joined) : place;
        Placed whole = before == null || !before.layout().order().equals(joined)
                ? storages.add(layout(node.output(), joined, paddings.of(node.output())))
                : before;
        concatenations.put(node.output(), whole);
        if (orders.of(node.output()).equals(joined)) {
            places.putIfAbsent(node.output(), whole);
        }
        int block = 0;
        for (String input : node.inputs()) {
            Placed part = part(whole, block, input);
            boolean fits = part.layout().order().equals(orders.of(input));
            if (fits && owners.contains(input) && !images.isConstant(input)) {
                places.putIfAbsent(input, part);
            }
            block += part.layout().order().blocks();
        }
        String base = orders.appended().base(node);
        if (base != null && orders.isWithin(base, node.inputs().get(0))) {
            BlockedLayout first = layout(base, orders.of(base), Paddings.Padding.of(whole.layout()));
            places.putIfAbsent(base, new Placed(whole.storage(), whole.offset(), first));
        }
    }

    /** The place of a concatenation whose inputs lie one after another already; null if they do not. */
    private @Nullable Placed inOnePiece(LoweredNode.Concat node, ChannelOrder joined) {
        Placed first = places.get(node.inputs().get(0));
        if (first == null) {
            return null;
        }
        Placed whole =
                new Placed(first.storage(), first.offset(), layout(node.output(), joined, paddings.of(node.output())));
        int block = 0;
        for (String input : node.inputs()) {
            Placed part = part(whole, block, input);
            if (!part.equals(places.get(input))) {
                return null;
            }
            block += part.layout().order().blocks();
        }
        return whole;
    }

    private Placed part(Placed whole, int block, String input) {
        BlockedLayout layout = layout(input, orders.inConcat(input), Paddings.Padding.of(whole.layout()));
        return new Placed(whole.storage(), whole.offset() + block * layout.blockPitch(), layout);
    }

    private void concatenate(LoweredNode.Concat node) {
        Placed whole = Objects.requireNonNull(concatenations.get(node.output()));
        int block = 0;
        for (String input : node.inputs()) {
            Placed part = part(whole, block, input);
            Placed from = read(input);
            if (!from.equals(part)) {
                steps.add(new PlanStep.Reorder(step, from, part));
            }
            block += part.layout().order().blocks();
        }
        Placed place = place(node.output());
        if (!place.equals(whole)) {
            steps.add(new PlanStep.Reorder(step, whole, place));
        }
    }

    /** An image that is another one, or some of its blocks, under an order of its own. */
    private void alias(LoweredNode.Mapping node, int firstBlock, ChannelOrder order) {
        Placed in = read(node.input());
        BlockedLayout layout = layout(node.output(), order, Paddings.Padding.of(in.layout()));
        Placed view = new Placed(in.storage(), in.offset() + firstBlock * layout.blockPitch(), layout);
        Placed place = places.get(node.output());
        if (place == null && orders.of(node.output()).equals(order)) {
            places.put(node.output(), view);
        } else {
            steps.add(new PlanStep.Reorder(step, view, place(node.output())));
        }
    }

    /** An operand of a sum or product: an image, or a constant put into the same order. */
    private Placed operand(String value, ChannelOrder order) {
        FloatTensor constant = images.constantImage(value);
        if (constant == null) {
            return reordered(read(value), order);
        }
        Shape shape = constant.shape();
        BlockedLayout layout = BlockedLayout.of(shape.dim(0), order, shape.dim(2), shape.dim(3));
        float[] data = new float[layout.size()];
        int index = 0;
        for (int image = 0; image < shape.dim(0); image++) {
            for (int channel = 0; channel < shape.dim(1); channel++) {
                for (int pixel = 0; pixel < shape.dim(2) * shape.dim(3); pixel++) {
                    int at = layout.offsetOfChannel(image, channel, pixel / shape.dim(3), pixel % shape.dim(3));
                    data[at] = constant.data()[index++];
                }
            }
        }
        return storages.addConstant(layout, data);
    }

    /** Where an image is, once it is there: loaded from a row-major tensor if it is only that as yet. */
    private Placed read(String value) {
        Placed place = place(value);
        if (filled.add(value)) {
            steps.add(new PlanStep.Load(step, value, place));
        }
        return place;
    }

    private Placed reordered(Placed in, ChannelOrder order) {
        return in.layout().order().equals(order)
                ? in
                : reorderedTo(
                        in,
                        BlockedLayout.of(
                                in.layout().batch(),
                                order,
                                in.layout().height(),
                                in.layout().width()));
    }

    private Placed reorderedTo(Placed in, BlockedLayout layout) {
        if (in.layout().equals(layout)) {
            return in;
        }
        Placed copy = storages.add(layout);
        steps.add(new PlanStep.Reorder(step, in, copy));
        return copy;
    }

    private void storeRowMajor(String value) {
        if (rowMajor.add(value)) {
            Placed place = places.get(value);
            if (place == null) {
                throw new IllegalStateException("nothing makes the value '" + value + "'");
            }
            steps.add(new PlanStep.Store(
                    step, place, value, images.fullShape(value).orElseThrow()));
        }
    }

    private Placed place(String value) {
        Placed place = places.get(value);
        if (place == null) {
            place = storages.add(layout(value, orders.of(value), paddings.of(value)));
            places.put(value, place);
        }
        return place;
    }

    private BlockedLayout layout(String value, ChannelOrder order, Paddings.Padding padding) {
        Shape shape = shape(value);
        return padding.around(BlockedLayout.of(shape.dim(0), order, shape.dim(2), shape.dim(3)));
    }

    private Shape shape(String value) {
        return images.shape(value).orElseThrow(() -> new IllegalStateException("'" + value + "' is no image"));
    }

    /** Memory is used again and again: what will be padded is surrounded with zeros before it is first written. */
    private List<PlanStep> withClearedPadding() {
        List<PlanStep> complete = new ArrayList<>();
        Set<Integer> cleared = new HashSet<>();
        for (PlanStep next : steps) {
            for (Placed written : next.writes()) {
                Placed whole = storages.whole(written);
                if (cleared.add(written.storage()) && whole.layout().padded()) {
                    complete.add(new PlanStep.ClearPadding(next.name(), whole));
                }
            }
            complete.add(next);
        }
        return complete;
    }

    private static List<List<String>> lastUses(List<PlanStep> steps, List<String> wanted) {
        Set<String> later = new HashSet<>(wanted);
        List<List<String>> lastUses = new ArrayList<>();
        for (int i = steps.size() - 1; i >= 0; i--) {
            List<String> used = new ArrayList<>();
            if (steps.get(i) instanceof PlanStep.Load load) {
                used.add(load.tensor());
            } else if (steps.get(i) instanceof PlanStep.Store store) {
                used.add(store.tensor());
            } else if (steps.get(i) instanceof PlanStep.Evaluate evaluate) {
                used.addAll(evaluate.node().inputs());
                used.addAll(evaluate.node().outputs());
            }
            lastUses.add(used.stream().filter(later::add).toList());
        }
        Collections.reverse(lastUses);
        return lastUses;
    }
}
