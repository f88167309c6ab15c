/** The plugin for {@code spark.plugins}: models warm before the first task, metrics of every executor and of all together. */
@NullMarked
package dev.lanewise.spark.plugin;

import org.jspecify.annotations.NullMarked;
