/** Running a graph. */
@NullMarked
package dev.lanewise.engine.run;

import org.jspecify.annotations.NullMarked;
