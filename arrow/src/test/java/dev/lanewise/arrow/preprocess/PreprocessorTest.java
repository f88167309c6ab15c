package dev.lanewise.arrow.preprocess;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.arrow.PillowSamples;
import dev.lanewise.arrow.batch.ImageBatch;
import dev.lanewise.arrow.image.ImageException;
import dev.lanewise.arrow.image.ImageLimits;
import dev.lanewise.arrow.image.Pixels;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PreprocessorTest {

    private static final Preprocessing RAW = Preprocessing.preset("raw");

    static List<Path> resizes() {
        return PillowSamples.files("resize");
    }

    static List<Path> crops() {
        return PillowSamples.files("crop");
    }

    @ParameterizedTest
    @MethodSource("resizes")
    void resizesToPillowsBits(Path sample) throws ImageException {
        int[] name = numbers(sample, "(\\d+)x(\\d+)x(\\d)-to-(\\d+)x(\\d+)");
        Pixels source = source(sample, name);
        Preprocessing resize = RAW.withResize(Resize.exact(name[4], name[3]));
        assertArrayEquals(expected(sample, source), apply(resize, name[2], source));
    }

    @ParameterizedTest
    @MethodSource("crops")
    void resizesTheShorterSideAndCropsAsTorchvisionDoes(Path sample) throws ImageException {
        int[] name = numbers(sample, "(\\d+)x(\\d+)x(\\d)-s(\\d+)-c(\\d+)x(\\d+)");
        Pixels source = source(sample, name);
        Preprocessing both = RAW.withResize(Resize.shorterSide(name[3])).withCrop(Crop.centre(name[4], name[5]));
        assertArrayEquals(expected(sample, source), apply(both, name[2], source));
    }

    @Test
    void aCropHasTheBitsOfTheWholeScaledImage() throws ImageException {
        long seed = 20261123;
        Random random = new Random(seed);
        for (int run = 0; run < 200; run++) {
            int channels = random.nextBoolean() ? 1 : 3;
            int width = 1 + random.nextInt(run % 2 == 0 ? 8 : 90);
            int height = 1 + random.nextInt(run % 2 == 0 ? 90 : 8);
            byte[] data = new byte[width * height * channels];
            random.nextBytes(data);
            Pixels source = new Pixels(width, height, channels, data);
            int toWidth = 1 + random.nextInt(60);
            int toHeight = 1 + random.nextInt(60);
            int cropWidth = 1 + random.nextInt(toWidth);
            int cropHeight = 1 + random.nextInt(toHeight);
            Preprocessing whole = RAW.withResize(Resize.exact(toHeight, toWidth));

            byte[] all = apply(whole, channels, source);
            byte[] cropped = apply(whole.withCrop(Crop.centre(cropHeight, cropWidth)), channels, source);

            int top = (int) Math.rint((toHeight - cropHeight) / 2.0);
            int left = (int) Math.rint((toWidth - cropWidth) / 2.0);
            for (int y = 0; y < cropHeight; y++) {
                int from = ((top + y) * toWidth + left) * channels;
                assertArrayEquals(
                        Arrays.copyOfRange(all, from, from + cropWidth * channels),
                        Arrays.copyOfRange(cropped, y * cropWidth * channels, (y + 1) * cropWidth * channels),
                        "seed " + seed + ", run " + run + ", row " + y);
            }
        }
    }

    @Test
    void whiteStaysWhiteHoweverSmallItGets() throws ImageException {
        // A weight of 1 / 66,000 is rounded up: without a limit the sum would pass 255 and turn black.
        byte[] data = new byte[66_000];
        Arrays.fill(data, (byte) 255);
        Preprocessing narrow = RAW.withResize(Resize.exact(1, 1));
        assertArrayEquals(new byte[] {(byte) 255}, apply(narrow, 1, new Pixels(66_000, 1, 1, data)));
        assertArrayEquals(new byte[] {(byte) 255}, apply(narrow, 1, new Pixels(1, 66_000, 1, data)));
    }

    @Test
    void convertsBetweenGreyAndColour() throws ImageException {
        Pixels rgb = new Pixels(2, 1, 3, new byte[] {10, 20, 30, (byte) 255, (byte) 255, (byte) 255});
        // Pillow: 0.299 R + 0.587 G + 0.114 B in 16-bit fixed point.
        assertArrayEquals(new byte[] {18, (byte) 255}, apply(RAW, 1, rgb));
        assertArrayEquals(new byte[] {7, 7, 7}, apply(RAW, 3, new Pixels(1, 1, 1, new byte[] {7})));
        assertArrayEquals(
                new byte[] {30, 20, 10, (byte) 255, (byte) 255, (byte) 255},
                apply(RAW.withChannels(Channels.BGR), 3, rgb));
    }

    @Test
    void normalisesIntoPlanes() throws ImageException {
        Random random = new Random(5);
        byte[] data = new byte[97 * 53 * 3];
        random.nextBytes(data);
        Preprocessing imagenet =
                Preprocessing.preset("imagenet").withResize(Resize.NONE).withCrop(Crop.NONE);
        Preprocessor preprocessor = Preprocessor.of(imagenet, 3, 53, 97, ImageLimits.DEFAULT);
        try (RootAllocator allocator = new RootAllocator();
                ImageBatch batch = ImageBatch.allocate(preprocessor, new ImageSize(53, 97), 2, allocator)) {
            batch.put(1, new Pixels(97, 53, 3, data));
            batch.setPresent(1);
            assertFalse(batch.isPresent(0));
            assertTrue(batch.isPresent(1));
            assertArrayEquals(new int[] {1}, batch.presentRows());
            float[] planes = batch.normalized(new int[] {1}, 2).data();
            assertEquals(2 * data.length, planes.length);
            float[] mean = {0.485f, 0.456f, 0.406f};
            float[] std = {0.229f, 0.224f, 0.225f};
            for (int i = 0; i < data.length; i++) {
                double exact = ((data[i] & 0xff) / 255.0 - mean[i % 3]) / std[i % 3];
                assertEquals(exact, planes[i % 3 * 97 * 53 + i / 3], 3e-7, "byte " + i);
            }
            assertEquals(0, planes[data.length]);
        }
    }

    @Test
    void rawValuesAreWholeNumbers() throws ImageException {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        Preprocessor preprocessor = Preprocessor.of(RAW, 1, -1, -1, ImageLimits.DEFAULT);
        try (RootAllocator allocator = new RootAllocator();
                ImageBatch batch = ImageBatch.allocate(preprocessor, new ImageSize(1, 256), 1, allocator)) {
            batch.put(0, new Pixels(256, 1, 1, all));
            float[] values = batch.normalized(new int[] {0}, 1).data();
            for (int i = 0; i < values.length; i++) {
                assertEquals(i, values[i]);
            }
        }
    }

    @Test
    void takesSizesFromTheModel() throws ImageException {
        Preprocessing imagenet = Preprocessing.preset("imagenet");
        assertEquals(new ImageSize(224, 224), preprocessor(imagenet, 3, -1, -1).fixedSize());
        assertEquals(
                new ImageSize(28, 20),
                preprocessor(imagenet.withMean(0).withStd(1), 1, 28, 20).fixedSize());
        assertNull(preprocessor(RAW, 3, -1, -1).fixedSize());
        Preprocessing around = imagenet.withCrop(Crop.square(299));
        assertEquals(new ImageSize(299, 299), preprocessor(around, 3, 299, 299).outputSize(1000, 400));
        // 299 * 256 / 224 = 341.7: the image is scaled to 342 pixels before the crop, as the usual recipe has it.
        Preprocessing uncropped = RAW.withResize(Resize.shorterSide(342));
        assertEquals(new ImageSize(342, 855), preprocessor(uncropped, 3, -1, -1).outputSize(1000, 400));
    }

    @Test
    void rejectsWhatDoesNotFitTheModel() {
        assertMessage(
                "mean has 3 values, but the model takes 1 channel (GRAY): give 1 value, or another preset",
                () -> preprocessor(Preprocessing.preset("imagenet"), 1, 28, 28));
        assertMessage("std has 2 values", () -> preprocessor(RAW.withStd(1, 2), 3, 28, 28));
        assertMessage(
                "the preprocessing gives images of 32x32",
                () -> preprocessor(RAW.withCrop(Crop.square(32)), 1, 28, 28));
        assertMessage(
                "channels RGB are 3, but the model takes 1",
                () -> preprocessor(RAW.withChannels(Channels.RGB), 1, 28, 28));
        assertMessage("takes 4 channels", () -> preprocessor(RAW, 4, 28, 28));
        assertMessage("imagenet, raw, unit, inception", () -> Preprocessing.preset("imagnet"));
        assertMessage("std must be above 0", () -> RAW.withStd(0));
        assertMessage("mean must have 1 value or one per channel", () -> RAW.withMean());
        assertMessage("mean must be finite", () -> RAW.withMean(Float.NaN));
    }

    @Test
    void rejectsAnImageThatScalingWouldBlowUp() {
        Preprocessor preprocessor = preprocessor(RAW.withResize(Resize.shorterSide(256)), 3, -1, -1);
        ImageException error = assertThrows(ImageException.class, () -> preprocessor.outputSize(60_000, 1));
        assertTrue(error.getMessage().contains("15360000x256"), error.getMessage());
        assertTrue(error.getMessage().contains("maxPixels"), error.getMessage());
    }

    @Test
    void rejectsAnImageOfWhichHardlyAnythingWouldBeLeft() {
        Preprocessor preprocessor = preprocessor(RAW.withResize(Resize.exact(224, 224)), 3, -1, -1);
        ImageException error = assertThrows(ImageException.class, () -> preprocessor.outputSize(1, 50_000_000));
        assertTrue(error.getMessage().contains("1x50000000 to 224x224"), error.getMessage());
        assertTrue(error.getMessage().contains("the limit of 4000000"), error.getMessage());
    }

    private static byte[] apply(Preprocessing preprocessing, int channels, Pixels source) throws ImageException {
        Preprocessor preprocessor = preprocessor(preprocessing, channels, -1, -1);
        ImageSize size = preprocessor.outputSize(source.width(), source.height());
        try (RootAllocator allocator = new RootAllocator();
                ImageBatch batch = ImageBatch.allocate(preprocessor, size, 3, allocator)) {
            batch.put(1, source);
            byte[] out = new byte[size.height() * size.width() * channels];
            batch.vector().elements().getBytes(out.length, out);
            return out;
        }
    }

    private static Preprocessor preprocessor(Preprocessing preprocessing, int channels, int height, int width) {
        return Preprocessor.of(preprocessing, channels, height, width, ImageLimits.DEFAULT);
    }

    private static void assertMessage(String part, Runnable action) {
        IllegalArgumentException error = assertThrows(IllegalArgumentException.class, action::run);
        assertTrue(error.getMessage().contains(part), error.getMessage());
    }

    private static int[] numbers(Path sample, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(sample.getFileName().toString());
        assertTrue(matcher.matches(), sample.toString());
        int[] numbers = new int[matcher.groupCount()];
        Arrays.setAll(numbers, i -> Integer.parseInt(matcher.group(i + 1)));
        return numbers;
    }

    private static Pixels source(Path sample, int[] name) {
        byte[] data = Arrays.copyOf(PillowSamples.bytes(sample), name[0] * name[1] * name[2]);
        return new Pixels(name[0], name[1], name[2], data);
    }

    private static byte[] expected(Path sample, Pixels source) {
        byte[] both = PillowSamples.bytes(sample);
        return Arrays.copyOfRange(both, source.data().length, both.length);
    }
}
