/** One scoring run on Spark: what to check before it, its session, its progress, its result. */
@NullMarked
package dev.lanewise.cli.scoring;

import org.jspecify.annotations.NullMarked;
