package dev.lanewise.spark.sql;

import dev.lanewise.arrow.image.Pixels;
import org.apache.spark.ml.image.ImageSchema;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;

/** Spark's image struct: {@code origin}, {@code height}, {@code width}, {@code nChannels}, {@code mode}, {@code data}. */
final class ImageColumns {

    static final StructType TYPE = ImageSchema.columnSchema();

    private static final int CV_8UC1 = 0;
    private static final int CV_8UC3 = 16;

    private ImageColumns() {}

    /** The pixels as OpenCV has them: grey, or blue before green before red. */
    static InternalRow row(Pixels pixels) {
        return new GenericInternalRow(new Object[] {
            UTF8String.EMPTY_UTF8,
            pixels.height(),
            pixels.width(),
            pixels.channels(),
            pixels.channels() == 1 ? CV_8UC1 : CV_8UC3,
            pixels.channels() == 1 ? pixels.data() : reversed(pixels.data())
        });
    }

    private static byte[] reversed(byte[] rgb) {
        byte[] bgr = new byte[rgb.length];
        for (int i = 0; i < rgb.length; i += 3) {
            bgr[i] = rgb[i + 2];
            bgr[i + 1] = rgb[i + 1];
            bgr[i + 2] = rgb[i];
        }
        return bgr;
    }
}
