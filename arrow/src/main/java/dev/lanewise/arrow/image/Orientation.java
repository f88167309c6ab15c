package dev.lanewise.arrow.image;

import com.drew.lang.ByteArrayReader;
import com.drew.metadata.Metadata;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.drew.metadata.exif.ExifReader;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How a camera was held: the change that turns stored pixels upright, in the order of the EXIF values 1 to 8.
 *
 * @see <a href="https://www.cipa.jp/std/documents/download_e.html?DC-008-Translation-2023-E">EXIF 3.0, tag 0x0112</a>
 */
enum Orientation {
    UPRIGHT,
    MIRRORED,
    HALF_TURN,
    FLIPPED,
    TRANSPOSED,
    QUARTER_TURN,
    TRANSVERSED,
    THREE_QUARTER_TURN;

    private static final byte[] PREFIX = {'E', 'x', 'i', 'f', 0, 0};

    /** Reads the orientation from EXIF data, with or without the prefix that JPEG puts before it; upright if malformed. */
    static Orientation ofExif(byte[] exif) {
        try {
            Metadata metadata = new Metadata();
            new ExifReader().extract(new ByteArrayReader(exif), metadata, hasPrefix(exif) ? PREFIX.length : 0);
            ExifIFD0Directory directory = metadata.getFirstDirectoryOfType(ExifIFD0Directory.class);
            Integer value = directory == null ? null : directory.getInteger(ExifIFD0Directory.TAG_ORIENTATION);
            return of(value);
        } catch (RuntimeException malformed) {
            return UPRIGHT;
        }
    }

    static boolean hasPrefix(byte[] exif) {
        return exif.length >= PREFIX.length && Arrays.equals(exif, 0, PREFIX.length, PREFIX, 0, PREFIX.length);
    }

    private static Orientation of(@Nullable Integer value) {
        return value == null || value < 1 || value > values().length ? UPRIGHT : values()[value - 1];
    }

    boolean swapsSides() {
        return switch (this) {
            case UPRIGHT, MIRRORED, HALF_TURN, FLIPPED -> false;
            case TRANSPOSED, QUARTER_TURN, TRANSVERSED, THREE_QUARTER_TURN -> true;
        };
    }

    Pixels apply(Pixels stored) {
        if (this == UPRIGHT) {
            return stored;
        }
        int width = swapsSides() ? stored.height() : stored.width();
        int height = swapsSides() ? stored.width() : stored.height();
        int channels = stored.channels();
        byte[] from = stored.data();
        byte[] to = new byte[from.length];
        int across = offset(stored, 1, 0) - offset(stored, 0, 0);
        int target = 0;
        for (int y = 0; y < height; y++) {
            int source = offset(stored, 0, y);
            for (int x = 0; x < width; x++) {
                for (int channel = 0; channel < channels; channel++) {
                    to[target++] = from[source + channel];
                }
                source += across;
            }
        }
        return new Pixels(width, height, channels, to);
    }

    /** Where the stored pixel lies that is shown at column x and row y. */
    private int offset(Pixels stored, int x, int y) {
        int right = stored.width() - 1;
        int bottom = stored.height() - 1;
        int column =
                switch (this) {
                    case UPRIGHT, FLIPPED -> x;
                    case MIRRORED, HALF_TURN -> right - x;
                    case TRANSPOSED, QUARTER_TURN -> y;
                    case TRANSVERSED, THREE_QUARTER_TURN -> right - y;
                };
        int row =
                switch (this) {
                    case UPRIGHT, MIRRORED -> y;
                    case HALF_TURN, FLIPPED -> bottom - y;
                    case TRANSPOSED, THREE_QUARTER_TURN -> x;
                    case QUARTER_TURN, TRANSVERSED -> bottom - x;
                };
        return (row * stored.width() + column) * stored.channels();
    }
}
