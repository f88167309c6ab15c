/** The command line: {@link dev.lanewise.cli.Main} and one class for each verb. */
@NullMarked
package dev.lanewise.cli;

import org.jspecify.annotations.NullMarked;
