package dev.lanewise.examples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainOnEmbeddingsTest {

    @Test
    void tellsShoesFromOtherClothes(@TempDir Path output) throws Exception {
        String text = Printed.by(TrainOnEmbeddings::main, "fashion-mnist", output.toString());
        Matcher right = Pattern.compile("(\\d+\\.\\d) % of unseen images right").matcher(text);
        assertTrue(right.find(), text);
        assertTrue(Double.parseDouble(right.group(1)) > 97, text);
        assertTrue(Files.exists(output.resolve("shoes").resolve("metadata")));
    }
}
