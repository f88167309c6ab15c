package dev.lanewise.arrow.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.lanewise.arrow.PillowSamples;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class ImageDecoderTest {

    private final ImageDecoder decoder = new ImageDecoder();

    static List<Path> images() {
        return PillowSamples.images();
    }

    /** Lossy WebP alone may differ: the reader repeats chroma samples where libwebp interpolates between them. */
    @ParameterizedTest
    @MethodSource("images")
    void decodesToPillowsPixels(Path image) throws ImageException {
        Path expectation = PillowSamples.expectation(image);
        byte[] expected = PillowSamples.bytes(expectation);
        Pixels pixels = decoder.decode(PillowSamples.bytes(image));
        String size = pixels.width() + "x" + pixels.height() + "x" + pixels.channels();
        assertTrue(expectation.toString().endsWith("." + size), expectation + ", not " + size);
        if (image.getFileName().toString().startsWith("lossy")) {
            double difference = 0;
            for (int i = 0; i < expected.length; i++) {
                difference += Math.abs((expected[i] & 0xff) - (pixels.data()[i] & 0xff));
            }
            assertTrue(difference / expected.length < 8, "mean difference " + difference / expected.length);
        } else {
            assertArrayEquals(expected, pixels.data());
        }
    }

    @ParameterizedTest
    @MethodSource("images")
    void readsTheSizeFromTheHeader(Path image) throws ImageException {
        byte[] file = PillowSamples.bytes(image);
        ImageHeader header = decoder.header(file);
        Pixels pixels = decoder.decode(file);
        assertEquals(header.width() + "x" + header.height(), pixels.width() + "x" + pixels.height());
        assertEquals(ImageFormat.of(file), header.format());
    }

    static Stream<Arguments> pngKinds() {
        int[][] kinds = {
            {0, 1}, {0, 2}, {0, 4}, {0, 8}, {0, 16}, {2, 8}, {2, 16}, {3, 1}, {3, 2}, {3, 4}, {3, 8}, {4, 8}, {4, 16},
            {6, 8}, {6, 16}
        };
        return Arrays.stream(kinds)
                .flatMap(kind -> Stream.of(false, true).map(interlaced -> Arguments.of(kind[0], kind[1], interlaced)));
    }

    @ParameterizedTest
    @MethodSource("pngKinds")
    void decodesEveryKindOfPng(int colour, int depth, boolean interlaced) throws ImageException {
        for (int[] size : new int[][] {{1, 1}, {13, 9}, {3, 2}, {8, 17}}) {
            long seed = 31L * colour + depth + size[0];
            Random random = new Random(seed);
            int samples = PngFiles.samples(colour);
            int count = size[0] * size[1] * samples;
            int[] values = random.ints(count, 0, 1 << depth).toArray();
            byte[] palette = new byte[3 << Math.min(8, depth)];
            random.nextBytes(palette);
            byte[] rows = PngFiles.rows(size[0], size[1], depth, colour, interlaced, i -> values[i], random);
            byte[] compressed = PngFiles.deflate(rows);
            int half = compressed.length / 2;
            byte[] file = PngFiles.file(
                    PngFiles.header(size[0], size[1], depth, colour, interlaced ? 1 : 0),
                    PngFiles.chunk("PLTE", palette),
                    PngFiles.chunk("IDAT", Arrays.copyOf(compressed, half)),
                    PngFiles.chunk("IDAT", Arrays.copyOfRange(compressed, half, compressed.length)),
                    PngFiles.chunk("IEND", new byte[0]));
            Pixels pixels = decoder.decode(file);
            int channels = colour == 0 || colour == 4 ? 1 : 3;
            assertEquals(channels, pixels.channels());
            for (int i = 0; i < pixels.data().length; i++) {
                int value = values[i / channels * samples + (colour == 3 ? 0 : i % channels)];
                int expected = colour == 3
                        ? palette[3 * value + i % 3]
                        : depth == 16 ? value >> 8 : value * 255 / ((1 << depth) - 1);
                assertEquals((byte) expected, pixels.data()[i], "seed " + seed + ", byte " + i);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("images")
    void callsEveryTruncatedFileCorrupt(Path image) {
        byte[] file = PillowSamples.bytes(image);
        Random random = new Random(7);
        for (int i = 0; i < 60; i++) {
            int length = i == 0 ? file.length - 1 : i == 1 ? file.length - 2 : random.nextInt(file.length);
            ImageException error = assertThrows(
                    ImageException.class,
                    () -> decoder.decode(Arrays.copyOf(file, length)),
                    "cut to " + length + " of " + file.length);
            assertOneLine(error);
        }
    }

    @ParameterizedTest
    @MethodSource("images")
    void neverThrowsAnythingElseOnDamagedFiles(Path image) {
        byte[] file = PillowSamples.bytes(image);
        Random random = new Random(11);
        for (int i = 0; i < 150; i++) {
            byte[] damaged = file.clone();
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                damaged[random.nextInt(i % 2 == 0 ? file.length : Math.min(file.length, 80))] = (byte) random.nextInt();
            }
            try {
                Pixels pixels = new ImageDecoder(new ImageLimits(1_000_000)).decode(damaged);
                assertTrue(pixels.width() * pixels.height() <= 1_000_000);
            } catch (ImageException expected) {
                assertOneLine(expected);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"png", "jpg", "gif", "bmp", "webp"})
    void rejectsAHugeClaimBeforeDecoding(String format) {
        byte[] file = claiming(format);
        for (boolean headerOnly : new boolean[] {true, false}) {
            ImageException error = assertThrows(
                    ImageException.class,
                    () -> Object.class.cast(headerOnly ? decoder.header(file) : decoder.decode(file)));
            assertTrue(error.getMessage().contains("the limit of 100000000"), error.getMessage());
            assertTrue(error.getMessage().contains("maxPixels"), error.getMessage());
            assertTrue(
                    error.getMessage().contains(format.equals("webp") ? "16383x16383" : "60000x60000"),
                    error.getMessage());
        }
    }

    /** A small file whose header gives a size of 60000 by 60000, or the largest that the format has. */
    private static byte[] claiming(String format) {
        switch (format) {
            case "png" -> {
                return PngFiles.file(
                        PngFiles.header(60000, 60000, 8, 2, 0),
                        PngFiles.chunk("IDAT", PngFiles.deflate(new byte[100])),
                        PngFiles.chunk("IEND", new byte[0]));
            }
            case "jpg" -> {
                byte[] file = PillowSamples.image("full-chroma.jpg");
                int frame = 0;
                while (file[frame] != (byte) 0xff || file[frame + 1] != (byte) 0xc0) {
                    frame++;
                }
                ByteBuffer.wrap(file).putShort(frame + 5, (short) 60000).putShort(frame + 7, (short) 60000);
                return file;
            }
            case "gif" -> {
                byte[] file = PillowSamples.image("palette.gif");
                little(file).putShort(6, (short) 60000).putShort(8, (short) 60000);
                return file;
            }
            case "bmp" -> {
                byte[] file = PillowSamples.image("rgb.bmp");
                little(file).putInt(18, 60000).putInt(22, 60000);
                return file;
            }
            default -> {
                byte[] file = PillowSamples.image("lossy.webp");
                little(file).putShort(26, (short) 16383).putShort(28, (short) 16383);
                return file;
            }
        }
    }

    private static ByteBuffer little(byte[] file) {
        return ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void takesAnImageOfExactlyTheLimit() throws ImageException {
        byte[] file = PillowSamples.image("rgb.png");
        assertEquals(43, new ImageDecoder(new ImageLimits(43 * 29)).decode(file).width());
        assertThrows(ImageException.class, () -> new ImageDecoder(new ImageLimits(43 * 29 - 1)).decode(file));
    }

    @Test
    void namesTheReasonForPngDefects() {
        byte[] header = PngFiles.header(4, 3, 8, 0, 0);
        byte[] end = PngFiles.chunk("IEND", new byte[0]);
        byte[] pixels = PngFiles.chunk("IDAT", PngFiles.deflate(new byte[3 * 5]));
        byte[] wrongSum = pixels.clone();
        wrongSum[wrongSum.length - 1] ^= 1;
        byte[] short2 = PngFiles.chunk("IDAT", PngFiles.deflate(new byte[2 * 5]));
        byte[] noise = PngFiles.chunk("IDAT", new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
        byte[] filter9 =
                PngFiles.chunk("IDAT", PngFiles.deflate(new byte[] {9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}));
        assertReason("wrong checksum of the IDAT chunk", PngFiles.file(header, wrongSum, end));
        assertReason("truncated", PngFiles.file(header, pixels));
        assertReason("ends in row 2 of 3", PngFiles.file(header, short2, end));
        assertReason("ends in row 0 of 3", PngFiles.file(header, end));
        assertReason("pixel data", PngFiles.file(header, noise, end));
        assertReason("unknown filter 9", PngFiles.file(header, filter9, end));
        assertReason("no palette", PngFiles.file(PngFiles.header(4, 3, 8, 3, 0), pixels, end));
        assertReason("bit depth 3", PngFiles.file(PngFiles.header(4, 3, 3, 0, 0), pixels, end));
        assertReason("size of 0x3", PngFiles.file(PngFiles.header(0, 3, 8, 0, 0), pixels, end));
    }

    @Test
    void namesTheReasonForWhatIsNoImage() {
        assertReason("empty file", new byte[0]);
        assertReason(
                "not an image; the formats are JPEG, PNG, GIF, BMP and WebP",
                "some text".getBytes(StandardCharsets.UTF_8));
        assertReason("TIFF is not supported", new byte[] {'I', 'I', '*', 0, 8, 0, 0, 0});
        assertReason("HEIF is not supported", "\0\0\0\u0018ftypheic".getBytes(StandardCharsets.ISO_8859_1));
        assertReason("truncated", new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff});
        assertReason("before any pixels", new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xd9});
    }

    @Test
    void rejectsAJpegWithEndlessScans() {
        byte[] file = PillowSamples.image("progressive.jpg");
        int scan = 0;
        while (file[scan] != (byte) 0xff || file[scan + 1] != (byte) 0xda) {
            scan++;
        }
        byte[] start = Arrays.copyOf(file, scan);
        byte[] emptyScan = {(byte) 0xff, (byte) 0xda, 0, 8, 1, 1, 0, 0, 0, 0, 0};
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        bomb.writeBytes(start);
        for (int i = 0; i < 10_000; i++) {
            bomb.writeBytes(emptyScan);
        }
        bomb.writeBytes(new byte[] {(byte) 0xff, (byte) 0xd9});
        assertReason("more than 500 scans", bomb.toByteArray());
    }

    @Test
    void rejectsWebpFramesWithinFrames() {
        int depth = 20_000;
        int size = 12 + 24 * depth;
        byte[] file = new byte[size];
        ByteBuffer nested = little(file);
        nested.put(ascii("RIFF")).putInt(size - 8).put(ascii("WEBP"));
        for (int start = 12; start < size; start += 24) {
            nested.position(start).put(ascii("ANMF")).putInt(size - start - 8);
        }
        assertReason("corrupt WEBP: an animation frame within another", file);
        ImageException error = assertThrows(ImageException.class, () -> decoder.header(file));
        assertTrue(error.getMessage().contains("an animation frame within another"), error.getMessage());
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** 4 is an embedded JPEG, 5 an embedded PNG. */
    @ParameterizedTest
    @ValueSource(ints = {4, 5, 6, 11, -1})
    void rejectsBmpCompressionsThatHideTheirSize(int compression) {
        byte[] file = PillowSamples.image("rgb.bmp");
        little(file).putInt(30, compression);
        String reason = "BMP with compression " + Integer.toUnsignedString(compression) + " is not supported";
        assertReason(reason, file);
        ImageException error = assertThrows(ImageException.class, () -> decoder.header(file));
        assertTrue(error.getMessage().contains(reason), error.getMessage());
    }

    @Test
    void ignoresAMalformedExifSegment() throws ImageException {
        byte[] file = PillowSamples.image("full-chroma.jpg");
        byte[] exif = {(byte) 0xff, (byte) 0xe1, 0, 16, 'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, -1, -1, -1, -1};
        byte[] spliced = PngFiles.concat(Arrays.copyOf(file, 2), exif, Arrays.copyOfRange(file, 2, file.length));
        assertArrayEquals(decoder.decode(file).data(), decoder.decode(spliced).data());
    }

    /** An executor's threads may have any context class loader, or none. */
    @Test
    void needsNoContextClassLoader() throws Exception {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread thread = new Thread(() -> {
            try {
                for (Path image : images()) {
                    decoder.decode(PillowSamples.bytes(image));
                }
            } catch (Throwable e) {
                failure.set(e);
            }
        });
        thread.setContextClassLoader(null);
        thread.start();
        thread.join();
        assertEquals(null, failure.get());
    }

    @ParameterizedTest
    @CsvSource({"5,png", "10,png", "12,png", "13,gif", "5,bmp", "1,bmp", "8,bmp", "9,bmp", "13,bmp"})
    void decodesWhatJavaWrites(int type, String format) throws Exception {
        BufferedImage image = new BufferedImage(21, 14, type);
        Random random = new Random(3);
        for (int i = 0; i < 21 * 14; i++) {
            image.setRGB(i % 21, i / 21, random.nextInt());
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (!ImageIO.write(image, format, out)) {
            fail("no writer of " + format + " for type " + type);
        }
        Pixels pixels = decoder.decode(out.toByteArray());
        assertEquals("21x14", pixels.width() + "x" + pixels.height());
        boolean grey = pixels.channels() == 1;
        for (int i = 0; i < 21 * 14; i++) {
            int rgb = image.getRGB(i % 21, i / 21);
            if (grey) {
                // getRGB converts through linear light; the stored sample is what counts.
                assertEquals(
                        image.getRaster().getSample(i % 21, i / 21, 0) * (type == 12 ? 255 : 1),
                        pixels.data()[i] & 0xff);
            } else {
                assertEquals(rgb >> 16 & 0xff, pixels.data()[3 * i] & 0xff);
                assertEquals(rgb >> 8 & 0xff, pixels.data()[3 * i + 1] & 0xff);
                assertEquals(rgb & 0xff, pixels.data()[3 * i + 2] & 0xff);
            }
        }
    }

    private void assertReason(String part, byte[] file) {
        ImageException error = assertThrows(ImageException.class, () -> decoder.decode(file));
        assertTrue(error.getMessage().contains(part), error.getMessage());
        assertOneLine(error);
    }

    private static void assertOneLine(ImageException error) {
        assertFalse(error.getMessage().isBlank());
        assertFalse(error.getMessage().chars().anyMatch(Character::isISOControl), error.getMessage());
    }
}
