package dev.lanewise.spark.sql;

import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.types.DataType;

/** The functions of images and a model. */
enum OnnxFunction {
    ONNX_CLASSIFY,
    TRY_ONNX_CLASSIFY,
    ONNX_PREDICT,
    TRY_ONNX_PREDICT,
    ONNX_EMBED,
    TRY_ONNX_EMBED;

    static OnnxFunction predict(boolean tolerant) {
        return tolerant ? TRY_ONNX_PREDICT : ONNX_PREDICT;
    }

    static OnnxFunction embed(boolean tolerant) {
        return tolerant ? TRY_ONNX_EMBED : ONNX_EMBED;
    }

    String sqlName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether an image that cannot be scored gives null. */
    boolean tolerant() {
        return name().startsWith("TRY_");
    }

    /** How many arguments there may be. */
    List<Integer> arities() {
        return switch (this) {
            case ONNX_CLASSIFY, TRY_ONNX_CLASSIFY -> List.of(2, 3);
            case ONNX_PREDICT, TRY_ONNX_PREDICT -> List.of(2);
            case ONNX_EMBED, TRY_ONNX_EMBED -> List.of(3);
        };
    }

    boolean namesATensor() {
        return this == ONNX_EMBED || this == TRY_ONNX_EMBED;
    }

    /**
     * What a call asks for.
     *
     * @param last the last argument, as Catalyst represents it: the number of top classes, or the tensor
     */
    Answer answer(List<String> labels, Object last) {
        return switch (this) {
            case ONNX_CLASSIFY, TRY_ONNX_CLASSIFY -> new Answer.Classes(labels, ((Number) last).intValue(), tolerant());
            case ONNX_PREDICT, TRY_ONNX_PREDICT -> new Answer.Probabilities(tolerant());
            case ONNX_EMBED, TRY_ONNX_EMBED -> new Answer.Embedding(last.toString(), tolerant());
        };
    }

    DataType dataType() {
        return switch (this) {
            case ONNX_CLASSIFY, TRY_ONNX_CLASSIFY -> ClassColumns.TYPE;
            default -> Answer.ARRAY_OF_FLOAT;
        };
    }
}
