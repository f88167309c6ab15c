package dev.lanewise.arrow.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FixedShapeTensorTest {

    private static final ArrowType UINT8 = new ArrowType.Int(8, false);

    @Test
    void goesThroughArrowIpcAndBack() throws Exception {
        FixedShapeTensorType.register();
        TensorLayout layout = new TensorLayout(List.of(2, 3), List.of("H", "W"), List.of(1, 0));
        try (RootAllocator allocator = new RootAllocator()) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (FixedShapeTensorVector vector = FixedShapeTensorVector.allocate(
                            "image", new FixedShapeTensorType(layout), UINT8, 3, allocator);
                    VectorSchemaRoot root = VectorSchemaRoot.of(vector);
                    ArrowStreamWriter writer = new ArrowStreamWriter(root, null, bytes)) {
                for (int i = 0; i < 18; i++) {
                    vector.elements().setByte(i, i);
                }
                vector.setPresent(0);
                vector.setPresent(2);
                writer.writeBatch();
            }
            try (ArrowStreamReader reader =
                    new ArrowStreamReader(new ByteArrayInputStream(bytes.toByteArray()), allocator)) {
                assertTrue(reader.loadNextBatch());
                FixedShapeTensorVector vector =
                        (FixedShapeTensorVector) reader.getVectorSchemaRoot().getVector("image");
                assertEquals(layout, vector.type().layout());
                assertEquals(UINT8, vector.getField().getChildren().get(0).getType());
                assertEquals(3, vector.getValueCount());
                assertNull(vector.getObject(1));
                assertEquals("[12,13,14,15,16,17]", String.valueOf(vector.getObject(2)));
            }
            assertEquals(0, allocator.getAllocatedMemory());
        }
    }

    @Test
    void writesTheMetadataThatTheSpecificationGives() {
        assertEquals(
                "{\"shape\":[100,200,500],\"dim_names\":[\"C\",\"H\",\"W\"],\"permutation\":[2,0,1]}",
                new TensorLayout(List.of(100, 200, 500), List.of("C", "H", "W"), List.of(2, 0, 1)).toJson());
        assertEquals(
                "{\"shape\":[2,5]}", TensorLayout.of(List.of(2, 5), List.of()).toJson());
    }

    @Test
    void readsMetadataInAnyOrderAndSkipsWhatItDoesNotKnow() {
        assertEquals(
                new TensorLayout(List.of(2, 5), List.of(), List.of(1, 0)),
                TensorLayout.ofJson("{\"later\": {\"a\": 1}, \"permutation\": [1, 0], \"shape\": [2, 5]}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{\"shape\":7}",
                "{\"shape\":[2.5]}",
                "{\"shape\":[-1]}",
                "{\"shape\":[99999999999]}",
                "{\"shape\":[70000,70000]}",
                "{\"shape\":[2,3],\"dim_names\":[\"H\"]}",
                "{\"shape\":[2,3],\"permutation\":[0,0]}"
            })
    void rejectsMalformedMetadata(String metadata) {
        assertThrows(IllegalArgumentException.class, () -> TensorLayout.ofJson(metadata));
    }

    @Test
    void rejectsStorageOfAnotherSize() {
        FixedShapeTensorType type = new FixedShapeTensorType(TensorLayout.of(List.of(2, 3), List.of()));
        IllegalArgumentException error = assertThrows(
                IllegalArgumentException.class,
                () -> type.deserialize(new ArrowType.FixedSizeList(5), type.serialize()));
        assertTrue(error.getMessage().contains("FixedSizeList(6)"), error.getMessage());
    }
}
