package dev.lanewise.spark.sql;

import java.util.List;
import java.util.Locale;

/** The functions of images alone. */
enum PictureFunction {
    IMAGE_DECODE,
    TRY_IMAGE_DECODE,
    IMAGE_RESIZE,
    TRY_IMAGE_RESIZE;

    String sqlName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether an image that cannot be decoded gives null. */
    boolean tolerant() {
        return name().startsWith("TRY_");
    }

    boolean resizes() {
        return this == IMAGE_RESIZE || this == TRY_IMAGE_RESIZE;
    }

    List<Integer> arities() {
        return List.of(resizes() ? 3 : 1);
    }
}
