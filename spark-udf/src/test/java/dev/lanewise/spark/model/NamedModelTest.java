package dev.lanewise.spark.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.arrow.preprocess.Channels;
import dev.lanewise.arrow.preprocess.Crop;
import dev.lanewise.arrow.preprocess.Preprocessing;
import dev.lanewise.arrow.score.Activation;
import dev.lanewise.arrow.score.ScoringOptions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamedModelTest {

    @Test
    void readsEverySetting() {
        Map<String, String> conf = new HashMap<>();
        conf.put("spark.lanewise.model.net.v2.path", "hdfs:///net.onnx");
        conf.put("spark.lanewise.model.net.v2.labels", "hdfs:///labels.txt");
        conf.put("spark.lanewise.model.net.v2.preset", "unit");
        conf.put("spark.lanewise.model.net.v2.crop", "32");
        conf.put("spark.lanewise.model.net.v2.mean", "0.5, 0.25,0");
        conf.put("spark.lanewise.model.net.v2.channels", "bgr");
        conf.put("spark.lanewise.model.net.v2.activation", "None");
        conf.put("spark.lanewise.model.net.v2.topK", "2");
        conf.put("spark.lanewise.model.net.v2.winograd", "false");
        conf.put("spark.lanewise.batchSize", "7");
        conf.put("spark.lanewise.threads", "3");
        NamedModel model = NamedModel.find("net.v2", conf);
        assertEquals("hdfs:///net.onnx", model.path());
        assertEquals("hdfs:///labels.txt", model.labelsPath());
        Preprocessing preprocessing = model.scoring().preprocessing();
        assertEquals(Preprocessing.preset("unit").resize(), preprocessing.resize());
        assertEquals(Crop.square(32), preprocessing.crop());
        assertArrayEquals(new float[] {0.5f, 0.25f, 0}, preprocessing.mean());
        assertEquals(Channels.BGR, preprocessing.channels());
        assertEquals(Activation.NONE, model.scoring().activation());
        assertEquals(2, model.scoring().topK());
        assertEquals(7, model.scoring().batchSize());
        assertFalse(model.options().winograd());
        assertEquals(3, model.threads());
        assertEquals(List.of(model), NamedModel.all(conf));
    }

    @Test
    void takesAPathAsItIs() {
        NamedModel model = NamedModel.find("/models/net.onnx", Map.of());
        assertEquals("/models/net.onnx", model.path());
        assertNull(model.labelsPath());
        assertNull(model.threads());
        assertEquals(NamedModel.DEFAULT_TOP_K, model.scoring().topK());
        assertEquals(ScoringOptions.DEFAULT_BATCH_SIZE, model.scoring().batchSize());
    }

    @Test
    void namesTheModelsThereAreWhereOneIsUnknown() {
        String message = refusal("nte", Map.of("spark.lanewise.model.net.path", "x"));
        assertTrue(
                message.startsWith("no model is named 'nte'; net is named by spark.lanewise.model.<name>.path"),
                message);
    }

    @ParameterizedTest
    @CsvSource({
        "topK, none, spark.lanewise.model.net.topK is 'none': not a number",
        "topk, 3, unknown setting spark.lanewise.model.net.topk; there are activation",
        "preset, imagnet, unknown preset 'imagnet'",
        "winograd, 1, spark.lanewise.model.net.winograd is '1': not true or false",
        "channels, cmyk, 'known are [rgb, bgr, gray]'",
        "std, 0, 'std must be above 0'",
    })
    void namesTheSettingThatIsWrong(String setting, String value, String expected) {
        String message = refusal(
                "net", Map.of("spark.lanewise.model.net.path", "x", "spark.lanewise.model.net." + setting, value));
        assertTrue(message.contains(expected), message);
    }

    @Test
    void wantsAPath() {
        String message = refusal("net", Map.of("spark.lanewise.model.net.topK", "3"));
        assertEquals("model 'net' has no path; set spark.lanewise.model.net.path to its ONNX file", message);
    }

    private static String refusal(String name, Map<String, String> conf) {
        return String.valueOf(assertThrows(IllegalArgumentException.class, () -> NamedModel.find(name, conf))
                .getMessage());
    }
}
