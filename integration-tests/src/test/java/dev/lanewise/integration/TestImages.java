package dev.lanewise.integration;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** Image files of all kinds, good and bad, drawn on the spot. */
final class TestImages {

    /** The size of a large enough image for every way of being broken. */
    private static final int WIDTH = 64;

    private static final int HEIGHT = 48;

    private TestImages() {}

    static byte[] rgbPng() throws IOException {
        return encode("png", picture());
    }

    static byte[] rgbJpeg() throws IOException {
        return encode("jpg", picture());
    }

    static byte[] greyPng16() throws IOException {
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_USHORT_GRAY);
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                image.getRaster().setSample(x, y, 0, 1000 * x + 13 * y);
            }
        }
        return encode("png", image);
    }

    static byte[] rgbPng16() throws IOException {
        ColorModel colours = new ComponentColorModel(
                ColorSpace.getInstance(ColorSpace.CS_sRGB), false, false, Transparency.OPAQUE, DataBuffer.TYPE_USHORT);
        WritableRaster raster = colours.createCompatibleWritableRaster(WIDTH, HEIGHT);
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                raster.setPixel(x, y, new int[] {1000 * x, 1300 * y, 65535 - 1000 * x});
            }
        }
        return encode("png", new BufferedImage(colours, raster, false, null));
    }

    /** A JPEG of four colour channels, as print shops make them. */
    static byte[] cmykJpeg() throws IOException {
        WritableRaster raster = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, WIDTH, HEIGHT, 4, null);
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                raster.setPixel(x, y, new int[] {4 * x, 5 * y, 128, (x + y) / 2});
            }
        }
        ImageWriter writer = jdkJpegWriter();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(raster, null, null), null);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    /** A JPEG whose EXIF says that it must be turned, by orientation 1 to 8. */
    static byte[] rotatedJpeg(int orientation) throws IOException {
        byte[] jpeg = rgbJpeg();
        ByteArrayOutputStream exif = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(exif);
        out.write("Exif\0\0MM\0*".getBytes(StandardCharsets.ISO_8859_1));
        out.writeInt(8);
        out.writeShort(1);
        out.writeShort(0x0112);
        out.writeShort(3);
        out.writeInt(1);
        out.writeShort(orientation);
        out.writeShort(0);
        out.writeInt(0);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        DataOutputStream segments = new DataOutputStream(file);
        segments.write(jpeg, 0, 2);
        segments.writeShort(0xFFE1);
        segments.writeShort(exif.size() + 2);
        exif.writeTo(segments);
        segments.write(jpeg, 2, jpeg.length - 2);
        return file.toByteArray();
    }

    /** The first two thirds of a file. */
    static byte[] truncated(byte[] file) {
        return Arrays.copyOf(file, file.length * 2 / 3);
    }

    /** A small PNG whose header claims a size that would take gigabytes. */
    static byte[] pngClaiming(int width, int height) throws IOException {
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        DataOutputStream fields = new DataOutputStream(header);
        fields.writeInt(width);
        fields.writeInt(height);
        fields.write(new byte[] {8, 2, 0, 0, 0});
        byte[] png = rgbPng();
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(file);
        out.write(png, 0, 8);
        writeChunk(out, "IHDR", header.toByteArray());
        int afterHeader = 8 + 12 + 13;
        out.write(png, afterHeader, png.length - afterHeader);
        return file.toByteArray();
    }

    private static void writeChunk(DataOutputStream out, String type, byte[] data) throws IOException {
        CRC32 checksum = new CRC32();
        checksum.update(type.getBytes(StandardCharsets.US_ASCII));
        checksum.update(data);
        out.writeInt(data.length);
        out.writeBytes(type);
        out.write(data);
        out.writeInt((int) checksum.getValue());
    }

    /** A picture without any symmetry, so that every rotation scores differently. */
    private static BufferedImage picture() {
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(Color.WHITE);
        graphics.fillRect(10, 4, 20, 30);
        graphics.setColor(Color.ORANGE);
        graphics.fillOval(30, 20, 30, 20);
        graphics.setColor(Color.BLUE);
        graphics.fillRect(0, 40, 50, 8);
        graphics.dispose();
        return image;
    }

    private static byte[] encode(String format, BufferedImage image) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        if (!ImageIO.write(image, format, bytes)) {
            throw new IOException("ImageIO writes no " + format + " of this kind");
        }
        return bytes.toByteArray();
    }

    /** The JDK's writer: others that may be on the class path write four channels otherwise or not at all. */
    private static ImageWriter jdkJpegWriter() throws IOException {
        for (var writers = ImageIO.getImageWritersByFormatName("jpeg"); writers.hasNext(); ) {
            ImageWriter writer = writers.next();
            if (writer.getClass().getName().startsWith("com.sun.")) {
                return writer;
            }
        }
        throw new IOException("this JDK has no JPEG writer");
    }
}
