package dev.lanewise.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.engine.ModelOptions;
import dev.lanewise.engine.ModelSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

    @Test
    void aBuilderMadeOfOptionsHasAllOfThem() {
        InferenceOptions options = InferenceOptions.builder()
                .modelPath("a.onnx")
                .inputCol("image")
                .dropInput(true)
                .labelsPath("labels.txt")
                .allProbabilities(true)
                .outputs(Map.of("features", "x"))
                .resultCol("result")
                .winograd(false)
                .handleInvalid(HandleInvalid.ERROR)
                .threads(3)
                .topK(2)
                .build();
        InferenceOptions again = options.toBuilder().build();
        assertEquals("a.onnx", again.modelPath());
        assertEquals("image", again.inputCol());
        assertTrue(again.dropInput());
        assertEquals("labels.txt", again.labelsPath());
        assertEquals(Map.of("features", "x"), again.outputs());
        assertEquals("result", again.resultCol());
        assertEquals(new ModelOptions(false), again.modelOptions());
        assertEquals(HandleInvalid.ERROR, again.handleInvalid());
        assertEquals(3, again.threads());
        assertEquals(options.scoring(), again.scoring());
    }

    @Test
    void aBuilderMadeOfNamedInputsHasThemInTheirOrder() {
        Map<String, String> inputs = new LinkedHashMap<>();
        inputs.put("z", "left");
        inputs.put("x", "right");
        InferenceOptions options =
                InferenceOptions.builder().modelPath("a.onnx").inputs(inputs).build();
        assertEquals(List.of("z", "x"), options.scoring().inputs());
        InferenceOptions again = options.toBuilder().build();
        assertEquals(List.copyOf(inputs.entrySet()), List.copyOf(again.inputs().entrySet()));
        assertEquals(options.scoring(), again.scoring());
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
                refusal("labelsPath is empty", () -> builder().labelsPath("")),
                refusal("labels are given twice", () -> builder()
                        .modelPath("a.onnx")
                        .labels(List.of("cat"))
                        .labelsPath("labels.txt")
                        .build()),
                refusal("inputs has an empty name", () -> builder().inputs(Map.of("x", ""))),
                refusal("the images are given twice, as inputCol 'image'", () -> builder()
                        .modelPath("a.onnx")
                        .inputCol("image")
                        .inputs(Map.of("x", "image"))
                        .build()),
                refusal("outputs has an empty name", () -> builder().outputs(Map.of(" ", "x"))),
                refusal("resultCol is empty", () -> builder().resultCol("")),
                refusal(
                        "nothing is wanted of an image",
                        () -> builder().modelPath("a.onnx").classes(false).build()),
                refusal("all probabilities are wanted, but no classes", () -> builder()
                        .modelPath("a.onnx")
                        .classes(false)
                        .allProbabilities(true)
                        .outputs(Map.of("a", "x"))
                        .build()),
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
