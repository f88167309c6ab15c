package dev.lanewise.kernels.packing;

import dev.lanewise.kernels.codegen.VectorWidth;
import java.util.Arrays;

/** A vector's worth of adjacent lanes, filled by a generated kernel. */
final class Gather implements Movement {

    private final Tiles tiles;
    private final int[] starts;
    private final int outStart;
    /** The first float that the kernel reads for the first pixel of all, from where the image begins. */
    private final int readFrom;
    /** Behind the last float that it reads for the last pixel, from where that pixel begins. */
    private final int readTo;
    /** Where the kernel would read beyond the array. */
    private final Movement atEdge;

    private Gather(Tiles tiles, Lanes lanes, int[] starts, int readFrom, int readTo) {
        this.tiles = tiles;
        this.starts = starts;
        this.outStart = lanes.out()[0];
        this.readFrom = readFrom;
        this.readTo = readTo;
        this.atEdge = Runs.of(lanes);
    }

    /** Of lanes that have rows of their own; there must be {@link TransposeTemplate#UNIT} columns. */
    static Gather ofRows(Lanes lanes, VectorWidth width) {
        StringBuilder pattern = new StringBuilder();
        int readFrom = Integer.MAX_VALUE;
        int readTo = 0;
        for (int lane = 0; lane < lanes.count(); lane++) {
            pattern.append(lanes.isEmpty(lane) ? TransposeTemplate.EMPTY : 'a');
            if (!lanes.isEmpty(lane)) {
                int read = lanes.in()[lane] - TransposeTemplate.early(lane);
                readFrom = Math.min(readFrom, read);
                readTo = Math.max(readTo, read + lanes.count() - TransposeTemplate.UNIT + 1);
            }
        }
        TransposeKernel kernel =
                new TransposeTemplate(width).gather(lanes.pitches().outPixel(), pattern.toString());
        Tiles tiles = new Tiles(kernel, TransposeTemplate.UNIT, lanes.pitches());
        return new Gather(tiles, lanes, lanes.in(), readFrom, readTo);
    }

    /** Of lanes that come from anywhere in a pixel, or are empty altogether. */
    static Gather ofPixels(Lanes lanes, VectorWidth width) {
        int[] loads = new int[lanes.count()];
        int count = 0;
        StringBuilder pattern = new StringBuilder();
        for (int lane = 0; lane < lanes.count(); lane++) {
            if (lanes.isEmpty(lane)) {
                pattern.append(TransposeTemplate.EMPTY);
                continue;
            }
            int load = 0;
            while (load < count && loads[load] != lanes.in()[lane] - lane) {
                load++;
            }
            loads[load] = lanes.in()[lane] - lane;
            count = Math.max(count, load + 1);
            pattern.append((char) ('a' + load));
        }
        int[] starts = Arrays.copyOf(loads, count);
        int readFrom = Arrays.stream(starts).min().orElse(0);
        int readTo =
                Arrays.stream(starts).map(start -> start + lanes.count()).max().orElse(0);
        Pitches pitches = lanes.pitches();
        TransposeKernel kernel =
                new TransposeTemplate(width).select(pitches.inPixel(), pitches.outPixel(), pattern.toString());
        return new Gather(new Tiles(kernel, 1, pitches), lanes, starts, readFrom, readTo);
    }

    @Override
    public void move(float[] in, int inAt, float[] out, int outAt, int rows, int columns) {
        Pitches pitches = tiles.pitches();
        int lastPixel = inAt + (rows - 1) * pitches.inRow() + (columns - 1) * pitches.inPixel();
        if (inAt + readFrom < 0 || lastPixel > in.length - readTo) {
            atEdge.move(in, inAt, out, outAt, rows, columns);
        } else {
            tiles.run(in, inAt, out, outAt + outStart, starts, rows, columns);
        }
    }
}
