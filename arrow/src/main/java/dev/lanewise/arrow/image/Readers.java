package dev.lanewise.arrow.image;

import com.twelvemonkeys.imageio.plugins.jpeg.JPEGImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;

/**
 * The readers that decode what this package does not decode itself. They are made from their own classes: ImageIO's
 * discovery depends on which context class loader touched it first, and in a Spark executor that is anyone's.
 */
final class Readers {

    /** What a reader is asked for; everything else (opening, warnings, release) is the same for all. */
    interface Read<T> {
        T from(ImageReader reader) throws IOException;
    }

    private static final ImageReaderSpi JPEG = jpeg();
    private static final ImageReaderSpi WEBP = new WebPImageReaderSpi();
    private static final ImageReaderSpi BMP = ofJdk("com.sun.imageio.plugins.bmp.BMPImageReaderSpi");

    private Readers() {}

    static <T> T read(ImageFormat format, byte[] file, List<String> warnings, Read<T> read) throws IOException {
        ImageReaderSpi provider =
                switch (format) {
                    case JPEG -> JPEG;
                    case WEBP -> WEBP;
                    case BMP -> BMP;
                    case PNG, GIF -> throw new IllegalArgumentException(format + " has no reader here");
                };
        ImageReader reader = provider.createReaderInstance(null);
        try (ByteArrayImageInputStream stream = new ByteArrayImageInputStream(file)) {
            reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
            reader.setInput(stream, true, true);
            return read.from(reader);
        } finally {
            reader.dispose();
        }
    }

    private static ImageReaderSpi jpeg() {
        JPEGImageReaderSpi provider = new JPEGImageReaderSpi();
        // Finds the JDK's reader, to which it delegates; this object itself does not become registered.
        provider.onRegistration(IIORegistry.getDefaultInstance(), ImageReaderSpi.class);
        return provider;
    }

    /** The JDK's own providers are in every registry, whatever the class loader. */
    private static ImageReaderSpi ofJdk(String className) {
        Iterator<ImageReaderSpi> providers =
                IIORegistry.getDefaultInstance().getServiceProviders(ImageReaderSpi.class, false);
        while (providers.hasNext()) {
            ImageReaderSpi provider = providers.next();
            if (provider.getClass().getName().equals(className)) {
                return provider;
            }
        }
        throw new IllegalStateException("this Java runtime has no " + className + "; a full java.desktop is needed");
    }
}
