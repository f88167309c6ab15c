package dev.lanewise.benchmarks.cluster;

import dev.lanewise.arrow.image.Pixels;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.apache.commons.imaging.Imaging;
import org.jspecify.annotations.Nullable;

/**
 * A way to decode a JPEG that one could choose instead of Lanewise's, which is TwelveMonkeys' raw samples and colours of its own: from the file's bytes to a {@link BufferedImage}, whose
 * pixels are not yet taken out.
 *
 * @param name as the table has it
 * @param step of the pixels that are kept, in both directions
 */
public record OtherDecoder(String name, int step, Decoding decoding) {

    private static final String JDK = "com.sun.imageio.";

    /** All of them. */
    public static final List<OtherDecoder> ALL = List.of(
            new OtherDecoder("JDK's ImageIO", 1, file -> read(file, 1)),
            new OtherDecoder("JDK's, every 2nd", 2, file -> read(file, 2)),
            new OtherDecoder("Commons Imaging", 1, file -> Imaging.getBufferedImage(file)));

    /** From a file's bytes to an image. */
    @FunctionalInterface
    public interface Decoding {
        BufferedImage decode(byte[] file) throws IOException;
    }

    /**
     * How far its samples are from Lanewise's at most, of 255; null if it does not decode this file.
     *
     * @param ours all pixels of the file
     */
    @Nullable
    Integer difference(byte[] file, Pixels ours) {
        try {
            BufferedImage image = decoding.decode(file);
            int largest = 0;
            for (int y = 0; y < image.getHeight(); y++) {
                for (int x = 0; x < image.getWidth(); x++) {
                    largest = Math.max(largest, difference(image.getRGB(x, y), ours, x * step, y * step));
                }
            }
            return largest;
        } catch (IOException | RuntimeException | NoClassDefFoundError unfit) {
            // Not every decoder knows every kind of JPEG, and the archive comes without some.
            return null;
        }
    }

    void run(byte[] file) {
        try {
            decoding.decode(file);
        } catch (IOException e) {
            throw new IllegalStateException(name + " decodes the file once and then not again", e);
        }
    }

    private static int difference(int rgb, Pixels ours, int x, int y) {
        int channels = ours.channels();
        int at = (y * ours.width() + x) * channels;
        int largest = 0;
        for (int channel = 0; channel < 3; channel++) {
            int expected = ours.data()[at + Math.min(channel, channels - 1)] & 0xff;
            largest = Math.max(largest, Math.abs((rgb >> (16 - 8 * channel) & 0xff) - expected));
        }
        return largest;
    }

    private static BufferedImage read(byte[] file, int step) throws IOException {
        ImageReader reader = reader();
        try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(file))) {
            reader.setInput(in, true, true);
            ImageReadParam parameters = reader.getDefaultReadParam();
            parameters.setSourceSubsampling(step, step, 0, 0);
            return reader.read(0, parameters);
        } finally {
            reader.dispose();
        }
    }

    private static ImageReader reader() throws IOException {
        for (Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("jpeg"); readers.hasNext(); ) {
            ImageReader reader = readers.next();
            if (reader.getClass().getName().startsWith(JDK)) {
                return reader;
            }
        }
        throw new IOException("this Java has no JPEG reader of its own");
    }
}
