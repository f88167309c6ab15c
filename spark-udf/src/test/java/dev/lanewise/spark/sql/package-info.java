/** Tests of scoring in Spark SQL. */
@NullMarked
package dev.lanewise.spark.sql;

import org.jspecify.annotations.NullMarked;
