package dev.lanewise.spark.score;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.arrow.image.ImageLimits;
import dev.lanewise.arrow.score.ImageInput;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;
import scala.jdk.javaapi.CollectionConverters;

class ImageCellTest {

    @Test
    void takesArraysAndVectorsOfNumbersAsWhatTheNetworkReads() {
        float[] values = {0, 1.5f, -2};
        assertArrayEquals(values, values(CollectionConverters.asScala(List.of(0f, 1.5f, -2f))));
        assertArrayEquals(values, values(CollectionConverters.asScala(List.of(0d, 1.5, -2d))));
        assertArrayEquals(values, values(Vectors.dense(0, 1.5, -2)));
        assertArrayEquals(values, values(Vectors.sparse(3, new int[] {1, 2}, new double[] {1.5, -2})));
    }

    @Test
    void missesAnImageWhereThereIsNoneOrAnElementIsNull() {
        assertEquals(new ImageInput.Missing("no image: the column is null"), ImageCell.read(null, ImageLimits.DEFAULT));
        assertEquals(
                new ImageInput.Missing("value 1 of 2 is null"),
                ImageCell.read(CollectionConverters.asScala(Arrays.asList(1f, null)), ImageLimits.DEFAULT));
    }

    @Test
    void refusesOtherTypesAndValues() {
        assertTrue(ImageCell.isImage(DataTypes.BinaryType));
        assertTrue(ImageCell.isImage(DataTypes.createArrayType(DataTypes.FloatType)));
        assertTrue(ImageCell.isImage(DataTypes.createArrayType(DataTypes.DoubleType)));
        assertTrue(ImageCell.isImage(SQLDataTypes.VectorType()));
        assertFalse(ImageCell.isImage(DataTypes.StringType));
        assertFalse(ImageCell.isImage(DataTypes.createArrayType(DataTypes.StringType)));
        String message = String.valueOf(
                assertThrows(IllegalArgumentException.class, () -> ImageCell.read("a.png", ImageLimits.DEFAULT))
                        .getMessage());
        assertTrue(message.contains("String is no image"), message);
    }

    private static float[] values(Object cell) {
        return ((ImageInput.Values) ImageCell.read(cell, ImageLimits.DEFAULT)).elements();
    }
}
