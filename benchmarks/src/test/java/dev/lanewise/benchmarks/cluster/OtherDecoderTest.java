package dev.lanewise.benchmarks.cluster;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.arrow.image.ImageDecoder;
import dev.lanewise.arrow.image.ImageException;
import dev.lanewise.arrow.image.Pixels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class OtherDecoderTest {

    @Test
    void allDecodeTheSamePhotograph() throws IOException, ImageException {
        byte[] photograph = Photographs.usual(7);
        Pixels ours = new ImageDecoder().decode(photograph);

        for (OtherDecoder decoder : OtherDecoder.ALL) {
            Integer difference = decoder.difference(photograph, ours);
            assertNotNull(difference, decoder.name());
            assertTrue(difference < 64, decoder.name() + " differs by " + difference);
        }
    }

    @Test
    void whatIsNoJpegIsLeftOut() {
        byte[] text = "no picture".getBytes(StandardCharsets.UTF_8);
        for (OtherDecoder decoder : OtherDecoder.ALL) {
            assertNull(decoder.difference(text, new Pixels(1, 1, 3, new byte[3])), decoder.name());
        }
    }
}
