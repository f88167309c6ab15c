package dev.lanewise.arrow.image;

import java.io.IOException;
import java.util.ArrayList;

/**
 * A BMP file, decoded by the JDK's reader once its size is known to be right.
 *
 * @see <a href="https://learn.microsoft.com/en-us/windows/win32/gdi/bitmap-storage">Bitmap storage</a>
 */
final class BmpFile {

    private static final int OLD_HEADER = 12;
    private static final int UNCOMPRESSED = 0;
    private static final int RLE8 = 1;
    private static final int RLE4 = 2;
    private static final int BIT_FIELDS = 3;

    private final long width;
    private final long height;

    private BmpFile(byte[] file, boolean headerOnly) throws ImageException {
        ByteSource source = new ByteSource(ImageFormat.BMP, file, 10);
        long dataOffset = source.u32Little();
        long headerSize = source.u32Little();
        boolean old = headerSize == OLD_HEADER;
        if (!old && headerSize < 40) {
            throw source.corrupt("a header of " + headerSize + " bytes");
        }
        width = old ? source.u16Little() : source.i32Little();
        // A negative height means that the top row comes first.
        height = old ? source.u16Little() : Math.abs((long) source.i32Little());
        source.skip(2);
        int bits = source.u16Little();
        long compression = old ? 0 : source.u32Little();
        // The JDK's reader knows two more, an embedded JPEG and PNG, whose own sizes nobody would check.
        if (compression < UNCOMPRESSED || compression > BIT_FIELDS) {
            throw new ImageException("BMP with compression " + compression
                    + " is not supported; the known ones are 0 (none), 1 (RLE8), 2 (RLE4) and 3 (bit fields)");
        }
        long imageSize = old ? 0 : source.u32Little();
        if (headerOnly) {
            return;
        }
        boolean runLength = compression == RLE8 || compression == RLE4;
        long rowBytes = (width * bits + 31) / 32 * 4;
        long needed = dataOffset + (runLength ? imageSize : rowBytes * height);
        if (needed > file.length) {
            throw source.corrupt("truncated: the file has " + file.length + " bytes of " + needed);
        }
    }

    static ImageHeader header(byte[] file, ImageLimits limits) throws ImageException {
        BmpFile bmp = new BmpFile(file, true);
        return ImageHeader.of(ImageFormat.BMP, bmp.width, bmp.height, Orientation.UPRIGHT, limits);
    }

    static Pixels decode(byte[] file, ImageLimits limits) throws ImageException, IOException {
        header(file, limits);
        BmpFile complete = new BmpFile(file, false);
        Pixels pixels =
                RasterPixels.of(Readers.read(ImageFormat.BMP, file, new ArrayList<>(), reader -> reader.read(0)));
        if (pixels.width() != complete.width || pixels.height() != complete.height) {
            throw new ImageException("corrupt BMP: the pixels do not have the size that the header gives");
        }
        return pixels;
    }
}
