package dev.lanewise.engine;

import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Runs a model of one input on seeded elements and prints a digest of all bits that come out: a program of its own. */
final class BitsOfModel {

    static final int ROWS = 2;

    private BitsOfModel() {}

    /** @param arguments the model's file, the input's channels and size in pixels, a seed */
    public static void main(String[] arguments) {
        Model model = Model.load(Path.of(arguments[0]));
        FloatTensor batch =
                batch(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]), Long.parseLong(arguments[3]));
        System.out.println(digest(model.run(Map.of(model.inputs().get(0).name(), batch))));
    }

    static FloatTensor batch(int channels, int size, long seed) {
        return batch(ROWS, channels, size, seed);
    }

    static FloatTensor batch(int rows, int channels, int size, long seed) {
        Random random = new Random(seed);
        float[] data = new float[rows * channels * size * size];
        for (int i = 0; i < data.length; i++) {
            data[i] = 4 * random.nextFloat() - 2;
        }
        return FloatTensor.of(Shape.of(rows, channels, size, size), data);
    }

    static String digest(Map<String, Tensor> results) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Tensor tensor : new TreeMap<>(results).values()) {
                float[] data = ((FloatTensor) tensor).data();
                ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * data.length);
                bytes.asFloatBuffer().put(data);
                digest.update(bytes);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
