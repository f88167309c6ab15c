/**
 * Moves tensors from one {@link dev.lanewise.kernels.tensor.BlockedLayout} to another, which includes NCHW (blocks of one
 * slot), and from and to interleaved (NHWC) floats and bytes. Nothing but a byte's normalisation computes: what arrives
 * is what was there, bit for bit.
 *
 * <p>All of it comes down to two movements over runs of pixels. A <em>gather</em> fills the lanes of pixel after pixel
 * from as many rows of the source as there are lanes; a <em>scatter</em> takes them apart into rows. Both are generated
 * for the CPU's vectors, and are transpositions made mostly of <em>shifted loads</em>: a vector read {@code i} floats
 * before an element has it in lane {@code i}, so that blending such vectors puts elements from anywhere side by side
 * without shuffling them. Without the vector module, plain loops do the same.
 */
@NullMarked
package dev.lanewise.kernels.packing;

import org.jspecify.annotations.NullMarked;
