package dev.lanewise.benchmarks.cluster;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** JPEG files that cost a decoder what photographs cost it: smooth areas, edges and some grain. */
public final class Photographs {

    /** Widths and heights of photographs; the first are the usual ones of ImageNet. */
    private static final List<int[]> SIZES = List.of(
            new int[] {500, 375}, new int[] {375, 500}, new int[] {640, 480}, new int[] {320, 240}, new int[] {800, 600
            });

    private static final int WAVES = 6;

    /** Files then have about as many bytes a pixel as ImageNet's. */
    private static final float QUALITY = 0.94f;

    private Photographs() {}

    /** Writes so many of them, of several sizes in turn; the same for the same seed. */
    public static void write(Path folder, int count, long seed) throws IOException {
        write(folder, count, seed, SIZES);
    }

    /** @param sizes widths and heights, taken in turn */
    public static void write(Path folder, int count, long seed, List<int[]> sizes) throws IOException {
        Files.createDirectories(folder);
        for (int number = 0; number < count; number++) {
            int[] size = sizes.get(number % sizes.size());
            Path file = folder.resolve(String.format(Locale.ROOT, "photo-%06d.jpg", number));
            Files.write(file, jpeg(photograph(size[0], size[1], seed + number)));
        }
    }

    /** The first one of those that are written, of 500x375. */
    public static byte[] usual(long seed) throws IOException {
        int[] size = SIZES.get(0);
        return jpeg(photograph(size[0], size[1], seed));
    }

    private static byte[] jpeg(BufferedImage image) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
            ImageWriteParam parameters = writer.getDefaultWriteParam();
            parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            parameters.setCompressionQuality(QUALITY);
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), parameters);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    static BufferedImage photograph(int width, int height, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] waves = random.doubles(5L * WAVES).toArray();
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int grain = random.nextInt(24) - 12;
                int red = level(waves, 0, x, y, grain);
                int green = level(waves, 1, x, y, grain);
                int blue = level(waves, 2, x, y, grain);
                image.setRGB(x, y, red << 16 | green << 8 | blue);
            }
        }
        return image;
    }

    /** Waves of long and short length; every other one has an edge instead of a slope. */
    private static int level(double[] waves, int channel, int x, int y, int grain) {
        double sum = 0;
        for (int wave = 0; wave < WAVES; wave++) {
            int at = 5 * wave;
            double length = 8 + 200 * waves[at];
            double phase = (x * waves[at + 1] + y * waves[at + 2]) / length * 6.28 + 6.28 * waves[at + 3] + channel;
            double value = Math.sin(phase) * waves[at + 4];
            sum += wave % 2 == 0 ? value : Math.signum(value) * waves[at + 4] / 2;
        }
        return (int) Math.max(0, Math.min(255, 128 + 40 * sum + grain));
    }
}
