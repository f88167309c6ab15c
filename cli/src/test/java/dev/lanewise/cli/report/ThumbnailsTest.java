package dev.lanewise.cli.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.random.RandomGenerator;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class ThumbnailsTest {

    @Test
    void keepsSmallImagesAsTheyAre() throws IOException {
        String uri = Thumbnails.of(noise(28, 20)).orElseThrow();
        assertTrue(uri.startsWith("data:image/png;base64,"), uri.substring(0, 30));
        BufferedImage thumbnail = image(uri);
        assertEquals(28, thumbnail.getWidth());
        assertEquals(20, thumbnail.getHeight());
    }

    @Test
    void shrinksLargeImagesInProportion() throws IOException {
        String uri = Thumbnails.of(noise(1600, 800)).orElseThrow();
        BufferedImage thumbnail = image(uri);
        assertEquals(Thumbnails.LONGEST_SIDE, thumbnail.getWidth());
        assertEquals(Thumbnails.LONGEST_SIDE / 2, thumbnail.getHeight());
        assertTrue(uri.length() < 40_000, "length " + uri.length());
    }

    @Test
    void keepsAnEdgeOfOnePixelAtLeast() throws IOException {
        BufferedImage thumbnail = image(Thumbnails.of(noise(2000, 1)).orElseThrow());
        assertEquals(1, thumbnail.getHeight());
    }

    @Test
    void saysWhichImagesAreTooLargeToShow() throws IOException {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(5001, 5000, BufferedImage.TYPE_BYTE_BINARY), "png", png);
        String uri = Thumbnails.of(png.toByteArray()).orElseThrow();
        String svg = new String(
                Base64.getDecoder().decode(uri.substring("data:image/svg+xml;base64,".length())),
                StandardCharsets.UTF_8);
        assertTrue(svg.contains("5001 x 5000:") && svg.contains("too large to show"), svg);
    }

    @Test
    void hasNoneForWhatIsNoImage() {
        assertEquals(Optional.empty(), Thumbnails.of(new byte[] {1, 2, 3}));
    }

    private static byte[] noise(int width, int height) throws IOException {
        RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, random.nextInt(1 << 24));
            }
        }
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(image, "png", png);
        return png.toByteArray();
    }

    private static BufferedImage image(String dataUri) throws IOException {
        byte[] bytes = Base64.getDecoder().decode(dataUri.substring(dataUri.indexOf(',') + 1));
        return ImageIO.read(new ByteArrayInputStream(bytes));
    }
}
