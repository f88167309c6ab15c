package dev.lanewise.engine.onnx;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Every operator of ONNX's own domain that Lanewise reads, by its type. */
final class OperatorTable {

    private static final Map<String, OperatorReader> READERS = readers();

    private OperatorTable() {}

    static @Nullable OperatorReader find(String type) {
        return READERS.get(type);
    }

    private static Map<String, OperatorReader> readers() {
        Map<String, OperatorReader> readers = new HashMap<>();
        ElementwiseReaders.register(readers);
        LinearReaders.register(readers);
        MovementReaders.register(readers);
        NormalizationReaders.register(readers);
        QuantizationReaders.register(readers);
        ReductionReaders.register(readers);
        ShapeReaders.register(readers);
        WindowReaders.register(readers);
        return Map.copyOf(readers);
    }
}
