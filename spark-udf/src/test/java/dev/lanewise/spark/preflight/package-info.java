@NullMarked
package dev.lanewise.spark.preflight;

import org.jspecify.annotations.NullMarked;
