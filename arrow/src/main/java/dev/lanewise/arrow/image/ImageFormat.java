package dev.lanewise.arrow.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/** The image formats that are known by their first bytes. */
public enum ImageFormat {
    JPEG,
    PNG,
    GIF,
    BMP,
    WEBP;

    /** @throws ImageException if the bytes are empty, no image, or an image of a format that is not supported */
    public static ImageFormat of(byte[] encoded) throws ImageException {
        if (encoded.length == 0) {
            throw new ImageException("empty file");
        }
        String start = new String(encoded, 0, Math.min(encoded.length, 16), ISO_8859_1);
        if (start.startsWith("\u00ff\u00d8\u00ff")) {
            return JPEG;
        } else if (start.startsWith("\u0089PNG\r\n\u001a\n")) {
            return PNG;
        } else if (start.startsWith("GIF87a") || start.startsWith("GIF89a")) {
            return GIF;
        } else if (start.startsWith("RIFF") && start.startsWith("WEBP", 8)) {
            return WEBP;
        } else if (start.startsWith("BM") && start.length() >= 16) {
            return BMP;
        }
        throw new ImageException(unsupported(start));
    }

    private static String unsupported(String start) {
        String format = null;
        if (start.startsWith("II*\0") || start.startsWith("MM\0*") || start.startsWith("II+\0")) {
            format = "TIFF";
        } else if (start.startsWith("ftyp", 4)) {
            format = start.startsWith("avif", 8) ? "AVIF" : "HEIF";
        } else if (start.startsWith("8BPS")) {
            format = "Photoshop";
        } else if (start.startsWith("\0\0\0\fjP  ") || start.startsWith("\u00ffO\u00ffQ")) {
            format = "JPEG 2000";
        } else if (start.startsWith("\0\0\0\fJXL ") || start.startsWith("\u00ff\n")) {
            format = "JPEG XL";
        } else if (start.startsWith("\0\0\1\0")) {
            format = "ICO";
        } else if (start.length() > 2
                && start.charAt(0) == 'P'
                && start.charAt(1) >= '1'
                && start.charAt(1) <= '7'
                && Character.isWhitespace(start.charAt(2))) {
            format = "PNM";
        } else if (start.startsWith("%PDF")) {
            format = "PDF";
        }
        String known = "; the formats are JPEG, PNG, GIF, BMP and WebP";
        return format == null ? "not an image" + known : format + " is not supported" + known;
    }
}
