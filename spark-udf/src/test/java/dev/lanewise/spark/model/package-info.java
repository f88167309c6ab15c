/** How models travel, and what a JVM shares. */
@NullMarked
package dev.lanewise.spark.model;

import org.jspecify.annotations.NullMarked;
