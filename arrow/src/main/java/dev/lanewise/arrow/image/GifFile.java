package dev.lanewise.arrow.image;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The first frame of a GIF file, on the logical screen. The JDK's reader is not used because it takes missing pixel data
 * for black. Transparent pixels keep their palette colour.
 *
 * @see <a href="https://www.w3.org/Graphics/GIF/spec-gif89a.txt">GIF89a</a>
 */
final class GifFile {

    private static final int MAX_CODES = 4096;

    private final ByteSource source;
    private final byte @Nullable [] globalPalette;
    private int width;
    private int height;
    private int transparent;

    private int left;
    private int top;
    private int frameWidth;
    private int frameHeight;
    private int frameFlags;

    /** Reads as far as the first frame's descriptor. */
    private GifFile(byte[] file) throws ImageException {
        source = new ByteSource(ImageFormat.GIF, file, 6);
        width = source.u16Little();
        height = source.u16Little();
        int flags = source.u8();
        source.skip(2);
        globalPalette = palette(flags);
        while (true) {
            int block = source.u8();
            if (block == 0x2c) {
                break;
            } else if (block == 0x21) {
                readExtension();
            } else {
                throw source.corrupt(block == 0x3b ? "it has no frame" : "unknown block " + block);
            }
        }
        left = source.u16Little();
        top = source.u16Little();
        frameWidth = source.u16Little();
        frameHeight = source.u16Little();
        frameFlags = source.u8();
        width = Math.max(width, left + frameWidth);
        height = Math.max(height, top + frameHeight);
    }

    static ImageHeader header(byte[] file, ImageLimits limits) throws ImageException {
        GifFile gif = new GifFile(file);
        return ImageHeader.of(ImageFormat.GIF, gif.width, gif.height, Orientation.UPRIGHT, limits);
    }

    static Pixels decode(byte[] file, ImageLimits limits) throws ImageException {
        header(file, limits);
        GifFile gif = new GifFile(file);
        Pixels pixels = gif.firstFrame();
        gif.requireTrailer();
        return pixels;
    }

    private byte @Nullable [] palette(int flags) throws ImageException {
        return (flags & 0x80) == 0 ? null : source.bytes(3L * (2 << (flags & 7)));
    }

    private void readExtension() throws ImageException {
        int label = source.u8();
        int length = source.u8();
        byte[] data = source.bytes(length);
        if (label == 0xf9 && length >= 4 && (data[0] & 1) != 0) {
            transparent = data[3] & 0xff;
        }
        if (length > 0) {
            skipBlocks();
        }
    }

    private void skipBlocks() throws ImageException {
        for (int length = source.u8(); length > 0; length = source.u8()) {
            source.skip(length);
        }
    }

    private Pixels firstFrame() throws ImageException {
        byte[] local = palette(frameFlags);
        byte[] colours = local != null ? local : globalPalette;
        if (colours == null) {
            throw source.corrupt("no palette");
        }
        byte[] out = new byte[width * height * 3];
        for (int pixel = 0; pixel < width * height; pixel++) {
            put(colours, transparent, out, pixel);
        }
        byte[] frame = new Lzw(source).decode(frameWidth * frameHeight);
        boolean interlaced = (frameFlags & 0x40) != 0;
        for (int i = 0; i < frameHeight; i++) {
            int y = top + (interlaced ? interlacedRow(i) : i);
            for (int x = 0; x < frameWidth; x++) {
                put(colours, frame[i * frameWidth + x] & 0xff, out, y * width + left + x);
            }
        }
        return new Pixels(width, height, 3, out);
    }

    private static void put(byte[] colours, int index, byte[] out, int pixel) {
        if (3 * index < colours.length) {
            System.arraycopy(colours, 3 * index, out, 3 * pixel, 3);
        } else {
            Arrays.fill(out, 3 * pixel, 3 * pixel + 3, (byte) 0);
        }
    }

    /** Rows come as every 8th, every 8th from 4, every 4th from 2, every 2nd from 1. */
    private int interlacedRow(int index) {
        int first = index;
        int[] starts = {0, 4, 2, 1};
        int[] steps = {8, 8, 4, 2};
        for (int pass = 0; pass < starts.length; pass++) {
            int rows = Math.max(0, (frameHeight - starts[pass] + steps[pass] - 1) / steps[pass]);
            if (first < rows) {
                return starts[pass] + first * steps[pass];
            }
            first -= rows;
        }
        throw new AssertionError("row " + index + " of " + frameHeight);
    }

    /** Walks over the later frames: a file that stops among them has been cut off. */
    private void requireTrailer() throws ImageException {
        while (true) {
            int block = source.u8();
            if (block == 0x3b) {
                return;
            } else if (block == 0x21) {
                source.skip(1);
                skipBlocks();
            } else if (block == 0x2c) {
                source.skip(8);
                palette(source.u8());
                source.skip(1);
                skipBlocks();
            } else if (block != 0) {
                throw source.corrupt("unknown block " + block + " after a frame");
            }
        }
    }

    /** The variable-length-code variant of LZW, read from length-prefixed blocks. */
    private static final class Lzw {

        private final ByteSource source;
        private final short[] prefix = new short[MAX_CODES];
        private final byte[] suffix = new byte[MAX_CODES];
        private final byte[] string = new byte[MAX_CODES + 1];
        private int bits;
        private int bitCount;
        private int blockLeft;
        private boolean ended;

        Lzw(ByteSource source) {
            this.source = source;
        }

        byte[] decode(int size) throws ImageException {
            int minimum = source.u8();
            if (minimum < 1 || minimum > 11) {
                throw source.corrupt("a code size of " + minimum);
            }
            byte[] out = new byte[size];
            int clear = 1 << minimum;
            int codeBits = minimum + 1;
            int codes = clear + 2;
            int previous = -1;
            int first = 0;
            int filled = 0;
            while (filled < size) {
                int code = nextCode(codeBits);
                if (code == clear) {
                    codeBits = minimum + 1;
                    codes = clear + 2;
                    previous = -1;
                    continue;
                } else if (code < 0 || code == clear + 1) {
                    throw source.corrupt("truncated: the first frame has " + filled + " of " + size + " pixels");
                } else if (code > codes || (code == codes && previous < 0) || (previous < 0 && code > clear)) {
                    throw source.corrupt("code " + code + " of " + codes + " in the pixel data");
                }
                int depth = string.length;
                int at = code;
                if (code == codes) {
                    string[--depth] = (byte) first;
                    at = previous;
                }
                for (; at >= clear; at = prefix[at]) {
                    string[--depth] = suffix[at];
                }
                string[--depth] = (byte) at;
                first = at;
                int count = Math.min(string.length - depth, size - filled);
                System.arraycopy(string, depth, out, filled, count);
                filled += count;
                if (previous >= 0 && codes < MAX_CODES) {
                    prefix[codes] = (short) previous;
                    suffix[codes] = (byte) first;
                    codes++;
                    if (codes == 1 << codeBits && codeBits < 12) {
                        codeBits++;
                    }
                }
                previous = code;
            }
            skipRest();
            return out;
        }

        /** -1 after the last block. */
        private int nextCode(int codeBits) throws ImageException {
            while (bitCount < codeBits) {
                if (blockLeft == 0) {
                    blockLeft = ended ? 0 : source.u8();
                    if (blockLeft == 0) {
                        ended = true;
                        return -1;
                    }
                }
                bits |= source.u8() << bitCount;
                bitCount += 8;
                blockLeft--;
            }
            int code = bits & ((1 << codeBits) - 1);
            bits >>>= codeBits;
            bitCount -= codeBits;
            return code;
        }

        private void skipRest() throws ImageException {
            while (!ended) {
                source.skip(blockLeft);
                blockLeft = source.u8();
                ended = blockLeft == 0;
            }
        }
    }
}
