/**
 * Scoring in Spark SQL: the functions, the rules that turn calls of them into one operator over batches, and the session
 * extension that installs both.
 */
@NullMarked
package dev.lanewise.spark.sql;

import org.jspecify.annotations.NullMarked;
