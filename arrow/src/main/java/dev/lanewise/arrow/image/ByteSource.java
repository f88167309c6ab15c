package dev.lanewise.arrow.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/** A file's bytes, read from front to back; every read that passes the end says that the file is truncated. */
final class ByteSource {

    private final byte[] bytes;
    private final ImageFormat format;
    private int position;

    ByteSource(ImageFormat format, byte[] bytes, int position) {
        this.bytes = bytes;
        this.format = format;
        this.position = position;
    }

    int position() {
        return position;
    }

    boolean hasMore() {
        return position < bytes.length;
    }

    int u8() throws ImageException {
        return bytes[advance(1)] & 0xff;
    }

    int u16Big() throws ImageException {
        return u8() << 8 | u8();
    }

    int u16Little() throws ImageException {
        return u8() | u8() << 8;
    }

    int u24Little() throws ImageException {
        return u16Little() | u8() << 16;
    }

    long u32Big() throws ImageException {
        return (long) u16Big() << 16 | u16Big();
    }

    long u32Little() throws ImageException {
        return u16Little() | (long) u16Little() << 16;
    }

    int i32Little() throws ImageException {
        return (int) u32Little();
    }

    String text(int length) throws ImageException {
        return new String(bytes, advance(length), length, ISO_8859_1);
    }

    byte[] bytes(long length) throws ImageException {
        int from = advance(length);
        byte[] copy = new byte[(int) length];
        System.arraycopy(bytes, from, copy, 0, copy.length);
        return copy;
    }

    void skip(long length) throws ImageException {
        advance(length);
    }

    /** Moves on and returns the position from which it moved. */
    private int advance(long length) throws ImageException {
        if (length > bytes.length - position) {
            throw corrupt("truncated: the file ends after " + bytes.length + " bytes, at least "
                    + (position + length - bytes.length) + " too early");
        }
        int from = position;
        position += (int) length;
        return from;
    }

    ImageException corrupt(String reason) {
        return new ImageException("corrupt " + format + ": " + reason);
    }
}
