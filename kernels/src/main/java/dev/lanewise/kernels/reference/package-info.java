/**
 * The operators of a network in plain scalar Java: the specification, down to the order of every sum, the oracle that
 * everything fast is compared with bit for bit, and the fallback.
 */
@NullMarked
package dev.lanewise.kernels.reference;

import org.jspecify.annotations.NullMarked;
