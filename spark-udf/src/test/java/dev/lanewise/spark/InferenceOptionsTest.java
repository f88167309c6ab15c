package dev.lanewise.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.engine.ModelSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class InferenceOptionsTest {

    @Test
    void keepsBrokenImagesInTheColumnOfBinaryFileUnlessTold() {
        InferenceOptions options =
                InferenceOptions.builder().modelPath("a.onnx").build();
        assertEquals("content", options.inputCol());
        assertEquals(HandleInvalid.KEEP, options.handleInvalid());
        assertNull(options.threads());
        assertEquals(5, options.scoring().topK());
        assertEquals(List.of(), options.labels());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void refusesValuesByNameAndLimit(String part, Executable setter) {
        String message = String.valueOf(
                assertThrows(IllegalArgumentException.class, setter).getMessage());
        assertTrue(message.contains(part), message);
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                refusal("topK must be at least 1, not 0", () -> builder().topK(0)),
                refusal("batchSize must be at least 1, not -3", () -> builder().batchSize(-3)),
                refusal("maxBatchBytes must be at least 1, not 0", () -> builder()
                        .maxBatchBytes(0)),
                refusal("threads must be at least 1, not 0", () -> builder().threads(0)),
                refusal("maxPixels", () -> builder().maxPixels(0)),
                refusal("labels", () -> builder().labels(List.of())),
                refusal("modelPath", () -> builder().modelPath(" ")),
                refusal("no model", () -> builder().build()),
                refusal("two models", () -> builder()
                        .modelPath("a.onnx")
                        .model(new ModelSource("b.onnx", new byte[0], "hash"))
                        .build()));
    }

    private static Arguments refusal(String part, Executable setter) {
        return Arguments.of(part, setter);
    }

    private static InferenceOptions.Builder builder() {
        return InferenceOptions.builder();
    }
}
