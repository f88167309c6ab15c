/** The stage of Spark ML's pipelines, in real sessions, on real images. */
@NullMarked
package dev.lanewise.spark.ml;

import org.jspecify.annotations.NullMarked;
