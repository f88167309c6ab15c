package dev.lanewise.kernels.conv;

import dev.lanewise.kernels.reference.ReferenceWinograd;
import dev.lanewise.kernels.workload.ConvWorkload;

/**
 * The 4x4 tiles of a batch of outputs. Their rows are counted through all images, so that small images share the weights
 * that a band of rows streams.
 *
 * @param imageRows rows of tiles in an image
 * @param columns tiles in a row
 * @param rows rows of tiles in the batch
 */
record WinogradGrid(int imageRows, int columns, int rows) {

    static WinogradGrid of(ConvWorkload workload) {
        int imageRows = ReferenceWinograd.tiles(workload.outputHeight());
        return new WinogradGrid(
                imageRows,
                ReferenceWinograd.tiles(workload.outputWidth()),
                Math.multiplyExact(workload.batch(), imageRows));
    }

    /** The numbers of tiles in the bands of so many rows: in all but the last, and in the last where it is shorter. */
    int[] bandTiles(int bandRows) {
        int rest = rows % bandRows;
        return rest == 0 ? new int[] {bandRows * columns} : new int[] {bandRows * columns, rest * columns};
    }
}
