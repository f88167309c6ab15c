package dev.lanewise.kernels.packing;

import dev.lanewise.kernels.packing.Movement.Pitches;
import java.util.ArrayList;
import java.util.List;

/** Floats moved one by one, or as many as are adjacent: fits everything and needs no vectors. */
record Runs(Pitches pitches, List<Run> runs, List<Integer> cleared) implements Movement {

    /** {@code length} floats of a pixel that are adjacent on both sides; where they begin in an image. */
    record Run(int in, int out, int length) {}

    static Runs of(Lanes lanes) {
        int[] in = lanes.in();
        int[] out = lanes.out();
        List<Run> runs = new ArrayList<>();
        List<Integer> cleared = new ArrayList<>();
        for (int lane = 0; lane < in.length; lane++) {
            int first = lane;
            if (in[first] >= 0) {
                while (lane + 1 < in.length && in[lane + 1] == in[lane] + 1 && out[lane + 1] == out[lane] + 1) {
                    lane++;
                }
                runs.add(new Run(in[first], out[first], lane - first + 1));
            } else if (out[first] >= 0) {
                cleared.add(out[first]);
            }
        }
        return new Runs(lanes.pitches(), List.copyOf(runs), List.copyOf(cleared));
    }

    @Override
    public void move(float[] in, int inAt, float[] out, int outAt, int rows, int columns) {
        for (int row = 0; row < rows; row++) {
            int from = inAt + row * pitches.inRow();
            int to = outAt + row * pitches.outRow();
            for (int i = 0; i < runs.size(); i++) {
                Run run = runs.get(i);
                if (run.length == pitches.inPixel() && run.length == pitches.outPixel()) {
                    System.arraycopy(in, from + run.in, out, to + run.out, columns * run.length);
                } else if (run.length == 1) {
                    single(in, from + run.in, out, to + run.out, columns);
                } else {
                    adjacent(in, from + run.in, out, to + run.out, columns, run.length);
                }
            }
            for (int i = 0; i < cleared.size(); i++) {
                clear(out, to + cleared.get(i), columns);
            }
        }
    }

    private void single(float[] in, int from, float[] out, int to, int columns) {
        int inPixel = pitches.inPixel();
        int outPixel = pitches.outPixel();
        for (int column = 0; column < columns; column++) {
            out[to + column * outPixel] = in[from + column * inPixel];
        }
    }

    private void adjacent(float[] in, int from, float[] out, int to, int columns, int length) {
        int inPixel = pitches.inPixel();
        int outPixel = pitches.outPixel();
        for (int column = 0; column < columns; column++) {
            System.arraycopy(in, from + column * inPixel, out, to + column * outPixel, length);
        }
    }

    private void clear(float[] out, int to, int columns) {
        int outPixel = pitches.outPixel();
        for (int column = 0; column < columns; column++) {
            out[to + column * outPixel] = 0;
        }
    }
}
