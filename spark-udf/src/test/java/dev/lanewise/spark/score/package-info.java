/** Scoring inside a task. */
@NullMarked
package dev.lanewise.spark.score;

import org.jspecify.annotations.NullMarked;
