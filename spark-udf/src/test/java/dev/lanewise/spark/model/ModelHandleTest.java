package dev.lanewise.spark.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.engine.Model;
import dev.lanewise.engine.ModelOptions;
import dev.lanewise.engine.ModelSource;
import dev.lanewise.spark.LocalSpark;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.serializer.JavaSerializer;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.Serializer;
import org.apache.spark.serializer.SerializerInstance;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import scala.reflect.ClassTag$;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ModelHandleTest {

    private static final Path MODEL = Path.of("..", "examples", "fashion-mnist", "fmnist-grouped.onnx");
    private static final ModelSource SOURCE = ModelSource.read(MODEL);

    private SparkContext context = start();

    @AfterAll
    void stop() {
        context.stop();
    }

    @Test
    void aModelIsBroadcastOnceWhicheverWayItIsCompiled() {
        assertSame(ModelBroadcasts.of(context, SOURCE), ModelBroadcasts.of(context, ModelSource.read(MODEL)));
        ModelHandle handle = ModelHandle.of(context, SOURCE, ModelOptions.DEFAULT);
        assertEquals(handle, ModelHandle.of(context, ModelSource.read(MODEL), ModelOptions.DEFAULT));
        assertEquals(
                handle.hashCode(),
                ModelHandle.of(context, SOURCE, ModelOptions.DEFAULT).hashCode());
        assertNotEquals(handle, ModelHandle.of(context, SOURCE, new ModelOptions(false)));
        assertNotSame(ModelBroadcasts.of(context, SOURCE), ModelBroadcasts.of(context, named("another")));
    }

    @Test
    void manyModelsLaterItIsStillTheSameBroadcast() {
        ModelHandle kept = ModelHandle.of(context, SOURCE, ModelOptions.DEFAULT);
        var broadcast = ModelBroadcasts.of(context, SOURCE);
        for (int i = 0; i < 70; i++) {
            ModelBroadcasts.of(context, named("model " + i));
        }
        assertSame(broadcast, ModelBroadcasts.of(context, SOURCE), kept.toString());
    }

    @Test
    void anotherContextHasItsOwnBroadcast() {
        var before = ModelBroadcasts.of(context, SOURCE);
        context.stop();
        context = start();
        assertNotSame(before, ModelBroadcasts.of(context, SOURCE));
        assertEquals(
                SOURCE.contentHash(),
                ModelHandle.of(context, SOURCE, ModelOptions.DEFAULT).model().contentHash());
    }

    @ParameterizedTest
    @ValueSource(classes = {JavaSerializer.class, KryoSerializer.class})
    void travelsWithoutTheBytes(Class<? extends Serializer> type) throws Exception {
        Serializer serializer = type.getConstructor(SparkConf.class).newInstance(context.getConf());
        SerializerInstance instance = serializer.newInstance();
        ModelHandle handle = ModelHandle.of(context, SOURCE, ModelOptions.DEFAULT);
        ByteBuffer bytes = instance.serialize(handle, ClassTag$.MODULE$.apply(ModelHandle.class));
        assertTrue(bytes.remaining() < 4096, bytes + " for a model of " + SOURCE.onnx().length + " bytes");
        ModelHandle arrived = instance.deserialize(bytes, ClassTag$.MODULE$.apply(ModelHandle.class));
        assertEquals(handle, arrived);
        Model model = arrived.model();
        assertSame(model, handle.model());
    }

    private static ModelSource named(String content) {
        return new ModelSource(content, SOURCE.onnx(), content);
    }

    private static SparkContext start() {
        return SparkContext.getOrCreate(LocalSpark.settings(1));
    }
}
