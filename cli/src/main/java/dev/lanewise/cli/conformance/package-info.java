/** ONNX's backend test folders: finding, running and judging their cases. */
@NullMarked
package dev.lanewise.cli.conformance;

import org.jspecify.annotations.NullMarked;
