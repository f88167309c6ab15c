package dev.lanewise.kernels.pooling;

/** Pooling kernels in plain Java. */
record ScalarPooling(PoolingKind kind, int block) implements PoolingKernel {

    @Override
    public void row(
            float[] in,
            int from,
            int rowPitch,
            int rows,
            int columnPitch,
            int columns,
            int pixelPitch,
            float[] out,
            int to,
            int pixels,
            float divisor) {
        for (int pixel = 0; pixel < pixels; pixel++) {
            for (int lane = 0; lane < block; lane++) {
                int first = from + pixel * pixelPitch + lane;
                float y = window(in, first, rowPitch, rows, columnPitch, columns);
                out[to + pixel * block + lane] = kind == PoolingKind.MAX ? y : y / divisor;
            }
        }
    }

    private float window(float[] in, int first, int rowPitch, int rows, int columnPitch, int columns) {
        float y = kind.start();
        for (int row = 0; row < rows; row++) {
            float sum = kind == PoolingKind.AVERAGE_OF_ROWS ? 0 : y;
            for (int column = 0; column < columns; column++) {
                float x = in[first + row * rowPitch + column * columnPitch];
                sum = kind == PoolingKind.MAX ? Math.max(sum, x) : sum + x;
            }
            y = kind == PoolingKind.AVERAGE_OF_ROWS ? y + sum : sum;
        }
        return y;
    }
}
