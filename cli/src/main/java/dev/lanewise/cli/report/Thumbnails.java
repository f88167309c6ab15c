package dev.lanewise.cli.report;

import dev.lanewise.arrow.image.ImageDecoder;
import dev.lanewise.arrow.image.ImageException;
import dev.lanewise.arrow.image.ImageHeader;
import dev.lanewise.arrow.image.ImageLimits;
import dev.lanewise.arrow.image.Pixels;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import javax.imageio.ImageIO;

/** Small copies of images, as data URIs. */
public final class Thumbnails {

    /** Twice the size in which the page shows them, for dense screens. */
    static final int LONGEST_SIDE = 208;

    /** Above this many bytes a PNG gives way to a JPEG. */
    private static final int LARGEST_PNG = 12 << 10;

    /** Larger images are not decoded: several thumbnails are made at once, on a driver that needs no large heap. */
    static final long MOST_PIXELS = 25_000_000;

    private static final ImageDecoder DECODER = new ImageDecoder(new ImageLimits(MOST_PIXELS));

    private Thumbnails() {}

    /** A thumbnail of an encoded image, or a picture that tells that it is too large; empty if it cannot be decoded. */
    public static Optional<String> of(byte[] encoded) {
        try {
            ImageHeader header = new ImageDecoder().header(encoded);
            if ((long) header.width() * header.height() > MOST_PIXELS) {
                return Optional.of(tooLarge(header));
            }
            return Optional.of(dataUri(shrink(image(DECODER.decode(encoded)))));
        } catch (ImageException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new IllegalStateException("a thumbnail could not be encoded in memory", e);
        }
    }

    private static String tooLarge(ImageHeader header) {
        String svg = """
                <svg xmlns="http://www.w3.org/2000/svg" width="208" height="208" font-family="sans-serif" font-size="20"
                 text-anchor="middle" fill="#808080"><text x="104" y="98">%d x %d:</text>\
                <text x="104" y="126">too large to show</text></svg>""".formatted(header.width(), header.height());
        return "data:image/svg+xml;base64," + Base64.getEncoder().encodeToString(svg.getBytes(StandardCharsets.UTF_8));
    }

    private static BufferedImage image(Pixels pixels) {
        BufferedImage image = new BufferedImage(pixels.width(), pixels.height(), BufferedImage.TYPE_INT_RGB);
        byte[] data = pixels.data();
        int channels = pixels.channels();
        int[] row = new int[pixels.width()];
        int at = 0;
        for (int y = 0; y < pixels.height(); y++) {
            for (int x = 0; x < row.length; x++, at += channels) {
                int red = data[at] & 0xff;
                int green = channels == 1 ? red : data[at + 1] & 0xff;
                int blue = channels == 1 ? red : data[at + 2] & 0xff;
                row[x] = red << 16 | green << 8 | blue;
            }
            image.setRGB(0, y, row.length, 1, row, 0, row.length);
        }
        return image;
    }

    /** Halves until the last step is between one and two, so that no pixel is left out of the mean. */
    private static BufferedImage shrink(BufferedImage image) {
        BufferedImage small = image;
        while (Math.max(small.getWidth(), small.getHeight()) > LONGEST_SIDE) {
            double ratio = Math.max(0.5, (double) LONGEST_SIDE / Math.max(small.getWidth(), small.getHeight()));
            small = scale(small, Math.max(1, (int) Math.round(small.getWidth() * ratio)), Math.max(1, (int)
                    Math.round(small.getHeight() * ratio)));
        }
        return small;
    }

    private static BufferedImage scale(BufferedImage image, int width, int height) {
        BufferedImage scaled = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = scaled.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        graphics.drawImage(image, 0, 0, width, height, null);
        graphics.dispose();
        return scaled;
    }

    private static String dataUri(BufferedImage image) throws IOException {
        byte[] png = encode(image, "png");
        return png.length <= LARGEST_PNG
                ? "data:image/png;base64," + Base64.getEncoder().encodeToString(png)
                : "data:image/jpeg;base64," + Base64.getEncoder().encodeToString(encode(image, "jpg"));
    }

    private static byte[] encode(BufferedImage image, String format) throws IOException {
        ByteArrayOutputStream encoded = new ByteArrayOutputStream();
        if (!ImageIO.write(image, format, encoded)) {
            throw new IOException("this Java cannot write " + format);
        }
        return encoded.toByteArray();
    }
}
