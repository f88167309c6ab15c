package dev.lanewise.engine.zoo;

import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Shape;

/** Random numbers that depend on a seed and an index alone, and images made of them. */
public final class Seeded {

    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    /** Octaves of the images: cells per side, doubled from the first to the last. */
    private static final int COARSEST_CELLS = 3;

    private static final int OCTAVES = 6;

    private Seeded() {}

    /**
     * 64 random bits.
     *
     * @see <a href="https://doi.org/10.1145/2660193.2660195">Steele, Lea, Flood: Fast splittable pseudorandom number
     *     generators</a>
     */
    static long bits(long seed, long index) {
        long z = seed + index * GOLDEN_GAMMA;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** A number of mean 0, standard deviation 1 and nearly normal distribution: four uniform ones, added. */
    static float normal(long seed, long index) {
        long bits = bits(seed, index);
        long sum = (bits & 0xffff) + (bits >>> 16 & 0xffff) + (bits >>> 32 & 0xffff) + (bits >>> 48);
        return (float) ((sum - 2 * 65535.0) / 65536.0 * 1.7320508075688772);
    }

    /** A number from {@code [low, high)}. */
    static float uniform(long seed, long index, float low, float high) {
        return low + (high - low) * ((bits(seed, index) >>> 40) * 0x1p-24f);
    }

    /** A batch of {@link #image}s with consecutive seeds. */
    public static FloatTensor images(long seed, int count, int channels, int height, int width) {
        int size = channels * height * width;
        float[] batch = new float[count * size];
        for (int i = 0; i < count; i++) {
            System.arraycopy(image(seed + i, channels, height, width).data(), 0, batch, i * size, size);
        }
        return FloatTensor.of(Shape.of(count, channels, height, width), batch);
    }

    /**
     * An image-like tensor {@code [1, channels, height, width]}: smooth areas, borders between them and texture, its power
     * falling with frequency as in photographs; channels correlated; every channel's mean and deviation near 0 and 1.
     */
    public static FloatTensor image(long seed, int channels, int height, int width) {
        int size = height * width;
        float[] data = new float[channels * size];
        float[] common = noise(seed, height, width);
        for (int channel = 0; channel < channels; channel++) {
            long ownSeed = bits(seed, channel);
            float[] own = noise(ownSeed, height, width);
            int from = channel * size;
            for (int pixel = 0; pixel < size; pixel++) {
                data[from + pixel] = common[pixel] + 0.5f * own[pixel];
            }
            float newMean = 0.2f * normal(ownSeed, -1);
            normalize(data, from, from + size, newMean, 1 + 0.1f * normal(ownSeed, -2));
        }
        return FloatTensor.of(Shape.of(1, channels, height, width), data);
    }

    private static void normalize(float[] data, int from, int to, float newMean, float newDeviation) {
        double sum = 0;
        double squares = 0;
        for (int i = from; i < to; i++) {
            sum += data[i];
            squares += (double) data[i] * data[i];
        }
        double mean = sum / (to - from);
        double deviation = Math.sqrt(squares / (to - from) - mean * mean);
        for (int i = from; i < to; i++) {
            data[i] = (float) (newMean + newDeviation * (data[i] - mean) / deviation);
        }
    }

    /** Value noise: random grids, finer and fainter from octave to octave, the first ones with sharp edges. */
    private static float[] noise(long seed, int height, int width) {
        float[] sums = new float[height * width];
        float amplitude = 1;
        for (int octave = 0; octave < OCTAVES; octave++) {
            addOctave(sums, height, width, seed * 31 + octave, COARSEST_CELLS << octave, amplitude);
            amplitude *= 0.65f;
        }
        return sums;
    }

    private static void addOctave(float[] sums, int height, int width, long grid, int cells, float amplitude) {
        float[][] corners = new float[cells + 1][cells + 1];
        for (int row = 0; row <= cells; row++) {
            for (int column = 0; column <= cells; column++) {
                corners[row][column] = normal(grid, row * 1000L + column);
            }
        }
        for (int pixel = 0; pixel < sums.length; pixel++) {
            int pixelRow = pixel / width;
            int pixelColumn = pixel % width;
            float x = (float) pixelColumn / width * cells;
            float y = (float) pixelRow / height * cells;
            float[] above = corners[(int) y];
            float[] below = corners[(int) y + 1];
            int column = (int) x;
            float fx = smooth(x - column);
            float top = mix(above[column], above[column + 1], fx);
            float bottom = mix(below[column], below[column + 1], fx);
            sums[pixel] += amplitude * mix(top, bottom, smooth(y - (int) y));
        }
    }

    /** Steeper than linear, so that cells have flat insides and visible borders. */
    private static float smooth(float t) {
        return t * t * t * (t * (t * 6 - 15) + 10);
    }

    private static float mix(float a, float b, float t) {
        return a + (b - a) * t;
    }
}
