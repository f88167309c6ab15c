/** The self-contained HTML page that shows a scored dataset. */
@NullMarked
package dev.lanewise.cli.report;

import org.jspecify.annotations.NullMarked;
