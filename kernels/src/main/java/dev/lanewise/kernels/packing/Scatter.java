package dev.lanewise.kernels.packing;

import dev.lanewise.kernels.codegen.VectorWidth;

/** {@link TransposeTemplate#UNIT} adjacent lanes taken apart into rows by a generated kernel. */
record Scatter(Tiles tiles, int inStart, int[] starts) implements Movement {

    /**
     * There must be at least as many columns as a vector has lanes.
     *
     * @param inStart where the first of the lanes begins, which may be empty, on the side that is read
     */
    static Scatter of(Lanes lanes, int inStart, VectorWidth width) {
        StringBuilder pattern = new StringBuilder();
        for (int lane = 0; lane < lanes.count(); lane++) {
            pattern.append(lanes.isEmpty(lane) ? TransposeTemplate.EMPTY : 'a');
        }
        TransposeKernel kernel =
                new TransposeTemplate(width).scatter(lanes.pitches().inPixel(), pattern.toString());
        return new Scatter(new Tiles(kernel, width.lanes(), lanes.pitches()), inStart, lanes.out());
    }

    @Override
    public void move(float[] in, int inAt, float[] out, int outAt, int rows, int columns) {
        tiles.run(in, inAt + inStart, out, outAt, starts, rows, columns);
    }
}
