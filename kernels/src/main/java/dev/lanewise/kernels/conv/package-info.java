/**
 * Convolution, fast: a {@link dev.lanewise.kernels.conv.ConvPlan} says which algorithm and layouts a workload has, a
 * {@link dev.lanewise.kernels.conv.Schedule} how its loops are tiled and ordered, a template turns the schedule into the
 * source of a kernel that computes one row of output, and a loop nest calls that kernel for all rows.
 */
@NullMarked
package dev.lanewise.kernels.conv;

import org.jspecify.annotations.NullMarked;
