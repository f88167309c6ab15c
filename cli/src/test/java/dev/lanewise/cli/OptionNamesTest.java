package dev.lanewise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class OptionNamesTest {

    private final OptionNames ofScore = OptionNames.of(new CommandLine(new ScoreCommand()).getCommandSpec());

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "lower batchSize, maxBatchBytes or both. | lower --batch-size, --max-batch-bytes or both.",
                "; raise maxPixels to decode it          | ; raise --max-pixels to decode it",
                "handleInvalid keep would go on          | --handle-invalid keep would go on",
                "topK must be at least 1, not 0          | --top-k must be at least 1, not 0",
                "the threads of a task                   | the threads of a task",
                "spark.lanewise.batchSize is 'x'         | spark.lanewise.batchSize is 'x'",
                "no such file: /data/batchSize/topK.onnx | no such file: /data/batchSize/topK.onnx",
                "batchSizes and modelPath                | batchSizes and modelPath"
            })
    void saysAnOptionAsItIsTyped(String message, String told) {
        assertEquals(told, ofScore.in(message));
    }
}
