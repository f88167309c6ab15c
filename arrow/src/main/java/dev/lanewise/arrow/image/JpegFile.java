package dev.lanewise.arrow.image;

import java.awt.image.Raster;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A JPEG file. A reader supplies the raw components; their colours are converted here, by libjpeg's rules and integer
 * arithmetic, so that the pixels are those of Pillow and do not depend on colour profiles, which are ignored.
 *
 * @see <a href="https://www.w3.org/Graphics/JPEG/itu-t81.pdf">ITU-T T.81</a>
 */
final class JpegFile {

    /** More scans than this serve only to keep a decoder busy; libjpeg-turbo's own tools stop here too. */
    private static final int MAX_SCANS = 500;

    private static final int SOF_LOSSLESS = 0xc3;

    /** Warnings that mean that pixels are missing or made up. The reader goes on after them. */
    private static final Pattern DAMAGE =
            Pattern.compile("premature end|bad huffman|instead of RST", Pattern.CASE_INSENSITIVE);

    private final byte[] file;
    private final ByteSource source;
    private int frameType = -1;
    private int precision;
    private int width;
    private int height;
    private int[] componentIds = {};
    private boolean jfif;
    private int adobeTransform = -1;
    private Orientation orientation = Orientation.UPRIGHT;

    private JpegFile(byte[] file, boolean headerOnly) throws ImageException {
        this.file = file;
        this.source = new ByteSource(ImageFormat.JPEG, file, 2);
        readSegments(headerOnly);
    }

    static ImageHeader header(byte[] file, ImageLimits limits) throws ImageException {
        return new JpegFile(file, true).header(limits);
    }

    static Pixels decode(byte[] file, ImageLimits limits) throws ImageException, IOException {
        header(file, limits);
        JpegFile jpeg = new JpegFile(file, false);
        return jpeg.orientation.apply(jpeg.pixels());
    }

    private ImageHeader header(ImageLimits limits) throws ImageException {
        return ImageHeader.of(ImageFormat.JPEG, width, height, orientation, limits);
    }

    /** Reads up to the first scan, or to the end-of-image marker. */
    private void readSegments(boolean headerOnly) throws ImageException {
        int scans = 0;
        while (true) {
            int marker = nextMarker();
            if (marker == 0xd9) {
                if (scans == 0) {
                    throw source.corrupt("it ends before any pixels");
                }
                return;
            } else if (isStandalone(marker)) {
                continue;
            }
            int length = source.u16Big() - 2;
            if (length < 0) {
                throw source.corrupt("a segment of " + (length + 2) + " bytes");
            }
            int next = source.position() + length;
            if (marker == 0xda) {
                if (frameType < 0) {
                    throw source.corrupt("a scan comes before the frame header");
                } else if (headerOnly) {
                    return;
                } else if (++scans > MAX_SCANS) {
                    throw source.corrupt("more than " + MAX_SCANS + " scans");
                }
                source.skip(length);
                skipEntropyCoded();
                continue;
            }
            if (scans == 0) {
                readSegment(marker, length);
            }
            source.skip(next - source.position());
        }
    }

    private static boolean isStandalone(int marker) {
        return marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8);
    }

    /** Skips what lies between segments, as libjpeg does. */
    private int nextMarker() throws ImageException {
        while (true) {
            int value = source.u8();
            while (value != 0xff) {
                value = source.u8();
            }
            while (value == 0xff) {
                value = source.u8();
            }
            if (value != 0) {
                return value;
            }
        }
    }

    /** Moves to the next marker that is neither a stuffed byte nor a restart. */
    private void skipEntropyCoded() throws ImageException {
        int at = source.position();
        while (at + 1 < file.length) {
            if (file[at] == (byte) 0xff) {
                int next = file[at + 1] & 0xff;
                if (next != 0 && next != 0xff && (next < 0xd0 || next > 0xd7)) {
                    source.skip(at - source.position());
                    return;
                }
            }
            at++;
        }
        throw source.corrupt("truncated: there is no end-of-image marker");
    }

    private void readSegment(int marker, int length) throws ImageException {
        boolean frame = marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
        if (frame) {
            if (frameType >= 0) {
                throw source.corrupt("two frame headers");
            }
            readFrame(marker);
        } else if (marker == 0xe0 && length >= 5) {
            jfif |= source.text(5).equals("JFIF\0");
        } else if (marker == 0xe1 && length > 6) {
            byte[] segment = source.bytes(length);
            if (Orientation.hasPrefix(segment)) {
                orientation = Orientation.ofExif(segment);
            }
        } else if (marker == 0xee && length >= 12 && source.text(5).equals("Adobe")) {
            source.skip(6);
            adobeTransform = source.u8();
        }
    }

    private void readFrame(int marker) throws ImageException {
        frameType = marker;
        precision = source.u8();
        height = source.u16Big();
        width = source.u16Big();
        componentIds = new int[source.u8()];
        for (int i = 0; i < componentIds.length; i++) {
            componentIds[i] = source.u8();
            source.skip(2);
        }
    }

    private Pixels pixels() throws ImageException, IOException {
        int components = componentIds.length;
        if (components != 1 && components != 3 && components != 4) {
            throw source.corrupt(components + " components");
        }
        List<String> warnings = new ArrayList<>();
        Raster raster = Readers.read(ImageFormat.JPEG, file, warnings, reader -> reader.readRaster(0, null));
        for (String warning : warnings) {
            if (DAMAGE.matcher(warning).find()) {
                throw source.corrupt(warning);
            }
        }
        if (raster.getWidth() != width || raster.getHeight() != height || raster.getNumBands() != components) {
            throw source.corrupt("the pixels do not have the size that the header gives");
        }
        int shift = frameType == SOF_LOSSLESS ? Math.max(0, precision - 8) : 0;
        byte[] samples = RasterPixels.samples(raster, components, shift);
        return new Pixels(width, height, components == 1 ? 1 : 3, toRgb(samples));
    }

    private byte[] toRgb(byte[] samples) {
        if (componentIds.length == 3 && isYcc()) {
            JpegColours.yccToRgb(samples, 3);
        } else if (componentIds.length == 4) {
            // An Adobe file with four components holds YCCK unless it says that it holds CMYK; others hold CMYK.
            boolean ycck = adobeTransform > 0;
            return JpegColours.cmykToRgb(samples, ycck, adobeTransform >= 0);
        }
        return samples;
    }

    /** libjpeg's guess: JFIF is always YCbCr, then Adobe's marker counts, then the components' names. */
    private boolean isYcc() {
        if (frameType == SOF_LOSSLESS) {
            return false;
        } else if (jfif) {
            return true;
        } else if (adobeTransform >= 0) {
            return adobeTransform != 0;
        }
        return !(componentIds[0] == 'R' && componentIds[1] == 'G' && componentIds[2] == 'B');
    }
}
