/** Scoring as a stage of Spark ML's pipelines. */
@NullMarked
package dev.lanewise.spark.ml;

import org.jspecify.annotations.NullMarked;
