/** Images in, predictions out: batches, the model's run over them, and one score per row. */
@NullMarked
package dev.lanewise.arrow.score;

import org.jspecify.annotations.NullMarked;
