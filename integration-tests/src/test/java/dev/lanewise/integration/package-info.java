/** Real Spark, real clusters, real images. */
@NullMarked
package dev.lanewise.integration;

import org.jspecify.annotations.NullMarked;
