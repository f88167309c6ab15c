package dev.lanewise.spark.score;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.arrow.image.ImageLimits;
import dev.lanewise.arrow.image.Pixels;
import dev.lanewise.arrow.score.ImageInput;
import org.apache.spark.ml.image.ImageSchema;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageColumnTest {

    private static final ImageLimits LIMITS = new ImageLimits(100);

    private static final StructType FILES = new StructType()
            .add("path", DataTypes.StringType)
            .add("length", DataTypes.LongType)
            .add("content", DataTypes.BinaryType);

    private static final StructType STRUCTS = new StructType().add("image", ImageSchema.columnSchema());

    @Test
    void findsEncodedFilesAndTheirPath() {
        ImageColumn column = ImageColumn.find(FILES, "Content", false, LIMITS);
        Row row = RowFactory.create("file:/a.png", 3L, new byte[] {1, 2, 3});
        assertArrayEquals(
                new byte[] {1, 2, 3},
                assertInstanceOf(ImageInput.Encoded.class, column.image(row)).bytes());
        assertEquals("file:/a.png", column.name(row));
    }

    @Test
    void aNullIsOneRowsError() {
        ImageColumn column = ImageColumn.find(FILES, "content", false, LIMITS);
        assertTrue(reason(column.image(RowFactory.create("a", 0L, null))).contains("null"));
        ImageColumn structs = ImageColumn.find(STRUCTS, "image", false, LIMITS);
        assertTrue(reason(structs.image(RowFactory.create((Object) null))).contains("null"));
        Row withoutData =
                new GenericRowWithSchema(new @Nullable Object[] {"a", 1, 1, 1, 0, null}, ImageSchema.columnSchema());
        assertTrue(reason(structs.image(RowFactory.create(withoutData))).contains("null field"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "picture | no column 'picture' to take images from; there are: path, length, content",
                "length  | column 'length' is BIGINT",
                "Content | no column 'Content'"
            })
    void namesTheColumnsThatAreThere(String name, String message) {
        String actual = String.valueOf(
                assertThrows(IllegalArgumentException.class, () -> ImageColumn.find(FILES, name, true, LIMITS))
                        .getMessage());
        assertTrue(actual.contains(message), actual);
    }

    @Test
    void refusesAnAmbiguousName() {
        StructType twice = new StructType().add("a", DataTypes.BinaryType).add("A", DataTypes.BinaryType);
        assertThrows(IllegalArgumentException.class, () -> ImageColumn.find(twice, "a", false, LIMITS));
        assertEquals(0, ImageColumn.find(twice, "a", true, LIMITS).index());
    }

    @Test
    void turnsBlueGreenRedIntoRedGreenBlue() {
        assertPixels(3, new byte[] {3, 2, 1, 6, 5, 4}, decode(2, 1, 3, 16, new byte[] {1, 2, 3, 4, 5, 6}));
    }

    @Test
    void dropsTheOpacity() {
        assertPixels(3, new byte[] {3, 2, 1, 6, 5, 4}, decode(2, 1, 4, 24, new byte[] {1, 2, 3, 9, 4, 5, 6, 9}));
    }

    @Test
    void keepsGrey() {
        assertPixels(1, new byte[] {1, 2}, decode(2, 1, 1, 0, new byte[] {1, 2}));
    }

    @Test
    void saysWhatIsWrongWithAStruct() {
        assertTrue(reason(decode(-1, -1, -1, -1, new byte[0])).contains("could not decode"));
        assertTrue(reason(decode(0, 5, 1, 0, new byte[0])).contains("0x5"));
        assertTrue(reason(decode(2, 1, 1, 0, new byte[3])).contains("3 bytes"));
        assertTrue(reason(decode(2, 1, 3, 21, new byte[6])).contains("mode 21"));
        assertTrue(reason(decode(2, 1, 3, 0, new byte[6])).contains("mode 0"));
        assertTrue(reason(decode(60_000, 60_000, 3, 16, new byte[6])).contains("maxPixels"));
        assertTrue(reason(decode(101, 1, 1, 0, new byte[101])).contains("100"));
    }

    @Test
    void takesTheOriginForAName() {
        ImageColumn column = ImageColumn.find(STRUCTS, "image", false, LIMITS);
        assertEquals("origin.png", column.name(RowFactory.create(struct("origin.png", 1, 1, 1, 0, new byte[1]))));
        assertEquals(
                "(a row without a path column)", column.name(RowFactory.create(struct("", 1, 1, 1, 0, new byte[1]))));
    }

    private static ImageInput decode(int width, int height, int channels, int mode, byte[] data) {
        return ImageColumn.find(STRUCTS, "image", false, LIMITS)
                .image(RowFactory.create(struct("a", width, height, channels, mode, data)));
    }

    private static Row struct(String origin, int width, int height, int channels, int mode, byte[] data) {
        return new GenericRowWithSchema(
                new Object[] {origin, height, width, channels, mode, data}, ImageSchema.columnSchema());
    }

    private static void assertPixels(int channels, byte[] expected, ImageInput input) {
        Pixels pixels = assertInstanceOf(ImageInput.Decoded.class, input).pixels();
        assertEquals(channels, pixels.channels());
        assertArrayEquals(expected, pixels.data());
    }

    private static String reason(ImageInput input) {
        return assertInstanceOf(ImageInput.Missing.class, input).reason();
    }
}
