/** Models on their way: read by the driver, broadcast once, built once in every JVM. */
@NullMarked
package dev.lanewise.spark.model;

import org.jspecify.annotations.NullMarked;
