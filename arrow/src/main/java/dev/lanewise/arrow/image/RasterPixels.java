package dev.lanewise.arrow.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentSampleModel;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/** Takes bytes out of Java's rasters: straight from the array where its layout allows, else sample by sample. */
final class RasterPixels {

    private RasterPixels() {}

    /** Grey or RGB, without alpha. */
    static Pixels of(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        boolean indexed = image.getColorModel() instanceof IndexColorModel;
        boolean grey = !indexed && image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY;
        if (!indexed
                && image.getRaster().getSampleModel() instanceof ComponentSampleModel model
                && model.getDataType() == java.awt.image.DataBuffer.TYPE_BYTE
                && (grey || model.getNumBands() >= 3)) {
            return new Pixels(width, height, grey ? 1 : 3, samples(image.getRaster(), grey ? 1 : 3, 0));
        }
        byte[] out = new byte[width * height * 3];
        int[] row = new int[width];
        int target = 0;
        for (int y = 0; y < height; y++) {
            image.getRGB(0, y, width, 1, row, 0, width);
            for (int argb : row) {
                out[target++] = (byte) (argb >> 16);
                out[target++] = (byte) (argb >> 8);
                out[target++] = (byte) argb;
            }
        }
        return new Pixels(width, height, 3, out);
    }

    /** The first bands, interleaved, each sample shifted right to make a byte. */
    static byte[] samples(Raster raster, int bands, int shift) {
        int width = raster.getWidth();
        int height = raster.getHeight();
        byte[] out = new byte[Math.multiplyExact(Math.multiplyExact(width, height), bands)];
        if (shift == 0
                && raster.getSampleModel() instanceof ComponentSampleModel model
                && raster.getDataBuffer() instanceof DataBufferByte buffer
                && buffer.getNumBanks() == 1) {
            copy(raster, model, buffer, bands, out);
            return out;
        }
        int all = raster.getNumBands();
        int[] row = new int[width * all];
        int target = 0;
        for (int y = 0; y < height; y++) {
            raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
            for (int x = 0; x < width; x++) {
                for (int band = 0; band < bands; band++) {
                    out[target++] = (byte) (row[x * all + band] >> shift);
                }
            }
        }
        return out;
    }

    private static void copy(Raster raster, ComponentSampleModel model, DataBufferByte buffer, int bands, byte[] out) {
        byte[] data = buffer.getData();
        int[] offsets = model.getBandOffsets();
        int step = model.getPixelStride();
        int origin = buffer.getOffset()
                - raster.getSampleModelTranslateX() * step
                - raster.getSampleModelTranslateY() * model.getScanlineStride();
        int width = raster.getWidth();
        boolean inOrder = step == bands;
        for (int band = 0; band < bands; band++) {
            inOrder &= offsets[band] == band;
        }
        int target = 0;
        for (int y = 0; y < raster.getHeight(); y++) {
            int source = origin + raster.getMinX() * step + (raster.getMinY() + y) * model.getScanlineStride();
            if (inOrder) {
                System.arraycopy(data, source, out, target, width * bands);
                target += width * bands;
                continue;
            }
            for (int x = 0; x < width; x++, source += step) {
                for (int band = 0; band < bands; band++) {
                    out[target++] = data[source + offsets[band]];
                }
            }
        }
    }
}
