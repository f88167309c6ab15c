package dev.lanewise.engine.graph;

import dev.lanewise.kernels.tensor.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The window attributes that convolutions and poolings share, for one or two spatial dimensions. Where ONNX has a
 * default, an empty list stands for it.
 *
 * @param kernel sizes along each axis; empty if a convolution's weights tell
 * @param pads those at the starts of all axes, then those at the ends
 * @param ceilMode whether a last window that begins inside the image may end beyond the padding
 */
public record SlidingWindow(
        List<Integer> kernel,
        List<Integer> strides,
        List<Integer> dilations,
        List<Integer> pads,
        AutoPad autoPad,
        boolean ceilMode) {

    /** Where pads come from. */
    public enum AutoPad {
        /** The pads that are given. */
        NOTSET,
        /** No pads. */
        VALID,
        /** As many as keep {@code ceil(input / stride)} outputs; an odd one goes to the end. */
        SAME_UPPER,
        /** As many as keep {@code ceil(input / stride)} outputs; an odd one goes to the start. */
        SAME_LOWER;

        boolean isSame() {
            return this == SAME_UPPER || this == SAME_LOWER;
        }
    }

    public SlidingWindow {
        kernel = List.copyOf(kernel);
        strides = List.copyOf(strides);
        dilations = List.copyOf(dilations);
        pads = List.copyOf(pads);
        requirePositive("kernel_shape", kernel);
        requirePositive("strides", strides);
        requirePositive("dilations", dilations);
        if (pads.stream().anyMatch(pad -> pad < 0)) {
            throw new IllegalArgumentException("pads must not be negative, but are " + pads);
        }
    }

    private static void requirePositive(String attribute, List<Integer> sizes) {
        if (sizes.stream().anyMatch(size -> size < 1)) {
            throw new IllegalArgumentException(attribute + " must be at least 1, but are " + sizes);
        }
    }

    /**
     * One axis of a window.
     *
     * @param before the pad at the start; without meaning unless {@code autoPad} is {@link AutoPad#NOTSET}
     * @param after the pad at the end; likewise
     */
    record Axis(int kernel, int stride, int dilation, int before, int after, AutoPad autoPad, boolean ceilMode) {

        /** The axis that a one-dimensional image lacks. */
        static final Axis NONE = new Axis(1, 1, 1, 0, 0, AutoPad.NOTSET, false);

        int extent() {
            return Math.addExact(Math.multiplyExact(kernel - 1, dilation), 1);
        }

        /** The same with pads in numbers, which for an image of a known size they can be. */
        Axis padded(int input) {
            if (autoPad == AutoPad.NOTSET) {
                return this;
            }
            int total = 0;
            if (autoPad.isSame()) {
                int output = (input + stride - 1) / stride;
                total = Math.max(0, (output - 1) * stride + extent() - input);
            }
            int start = autoPad == AutoPad.SAME_LOWER ? total - total / 2 : total / 2;
            return new Axis(kernel, stride, dilation, start, total - start, AutoPad.NOTSET, false);
        }

        /** @throws IllegalArgumentException if the window is larger than the padded input */
        int output(int input) {
            Axis padded = padded(input);
            long room = (long) input + padded.before + padded.after - extent();
            if (room < 0) {
                throw new IllegalArgumentException(
                        "kernel extends over " + extent() + " pixels, but the padded input has "
                                + (input + padded.before + padded.after) + " (" + padded.before + " + " + input + " + "
                                + padded.after + ")");
            }
            int output = Math.toIntExact(room / stride + 1);
            // PyTorch and ONNX Runtime leave out a window that would begin in the padding at the end.
            boolean further =
                    padded.ceilMode && room % stride != 0 && (long) output * stride < (long) input + padded.before;
            return further ? output + 1 : output;
        }

        Dimension output(Dimension input) {
            if (input.isKnown()) {
                return Dimension.of(output(Math.toIntExact(input.size())));
            }
            if (autoPad.isSame()) {
                return input.dividedBy(Dimension.of(stride)).orElseGet(Dimension::unknown);
            }
            int pads = autoPad == AutoPad.VALID ? 0 : before + after;
            // (input + rest) / stride rounds to input / stride, if that is whole and the rest below one stride.
            int rest = pads - extent() + stride;
            boolean up = ceilMode && autoPad == AutoPad.NOTSET;
            boolean exact = up ? rest > -stride && rest <= 0 : rest >= 0 && rest < stride;
            return exact ? input.dividedBy(Dimension.of(stride)).orElseGet(Dimension::unknown) : Dimension.unknown();
        }
    }

    /**
     * The window over an image from which as many pixels were taken away on each side as it now pads more.
     *
     * @param more those at the starts of all axes, then those at the ends
     * @return empty if the pads, or the number of windows, follow from the image's size
     */
    public Optional<SlidingWindow> withMorePads(List<Integer> more) {
        if (autoPad.isSame() || ceilMode || (!pads.isEmpty() && pads.size() != more.size())) {
            return Optional.empty();
        }
        boolean none = pads.isEmpty() || autoPad == AutoPad.VALID;
        List<Integer> sums = new ArrayList<>();
        for (int i = 0; i < more.size(); i++) {
            sums.add(Math.addExact(more.get(i), none ? 0 : pads.get(i)));
        }
        return Optional.of(new SlidingWindow(kernel, strides, dilations, sums, AutoPad.NOTSET, false));
    }

    /**
     * The axes, with every default filled in.
     *
     * @param kernelSizes the kernel's size along each axis
     * @throws IllegalArgumentException if an attribute has another number of axes
     */
    List<Axis> axes(List<Integer> kernelSizes) {
        int count = kernelSizes.size();
        requireCount("kernel_shape", kernel, count);
        requireCount("strides", strides, count);
        requireCount("dilations", dilations, count);
        requireCount("pads", pads, 2 * count);
        List<Axis> axes = new ArrayList<>();
        for (int axis = 0; axis < count; axis++) {
            if (!kernel.isEmpty() && !kernel.get(axis).equals(kernelSizes.get(axis))) {
                throw new IllegalArgumentException(
                        "kernel_shape is " + kernel + ", but the weights have kernels of " + kernelSizes);
            }
            axes.add(new Axis(
                    kernelSizes.get(axis),
                    strides.isEmpty() ? 1 : strides.get(axis),
                    dilations.isEmpty() ? 1 : dilations.get(axis),
                    pads.isEmpty() ? 0 : pads.get(axis),
                    pads.isEmpty() ? 0 : pads.get(count + axis),
                    autoPad,
                    ceilMode));
        }
        return axes;
    }

    /** The dimensions after the window has slid over them: batch, channels, then one or two spatial ones. */
    static List<Dimension> outputDimensions(
            Dimension batch, Dimension channels, List<Axis> axes, List<Dimension> input) {
        List<Dimension> output = new ArrayList<>(List.of(batch, channels));
        for (int axis = 0; axis < axes.size(); axis++) {
            output.add(axes.get(axis).output(input.get(2 + axis)));
        }
        return output;
    }

    /**
     * The window over an image of a known size, its pads in numbers. Only for windows that have a kernel of their own.
     *
     * @throws IllegalArgumentException if it has not two axes
     */
    public Window over(int height, int width) {
        requireCount("kernel_shape", kernel, 2);
        List<Axis> axes = axes(kernel);
        return over(height, width, axes.get(0), axes.get(1));
    }

    /** The window over an image; the vertical axis is {@link Axis#NONE} for one of a single dimension. */
    static Window over(int height, int width, Axis vertical, Axis horizontal) {
        Axis rows = vertical.padded(height);
        Axis columns = horizontal.padded(width);
        return new Window(
                rows.kernel,
                columns.kernel,
                rows.stride,
                columns.stride,
                rows.dilation,
                columns.dilation,
                rows.before,
                columns.before,
                rows.after,
                columns.after);
    }

    /** @throws IllegalArgumentException if an attribute that is given has another number of values */
    static void requireCount(String attribute, List<Integer> values, int count) {
        if (!values.isEmpty() && values.size() != count) {
            throw new IllegalArgumentException(
                    "attribute '" + attribute + "' is " + values + ", but the image needs " + count + " values");
        }
    }
}
