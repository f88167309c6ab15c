/** Scoring inside a task: what a row offers, the task's scorer, and the memory that it holds. */
@NullMarked
package dev.lanewise.spark.score;

import org.jspecify.annotations.NullMarked;
