package dev.lanewise.spark.model;

import dev.lanewise.engine.ModelSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.WeakHashMap;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/** The models that this driver has broadcast: the bytes of one model travel once per Spark application. */
final class ModelBroadcasts {

    /** Models kept per application; Spark's cleaner frees one that was forgotten here once no plan refers to it. */
    private static final int CAPACITY = 8;

    private static final Map<SparkContext, Map<String, Broadcast<byte[]>>> BROADCASTS = new WeakHashMap<>();

    private ModelBroadcasts() {}

    /** The ONNX bytes of the model, broadcast now or earlier. */
    static synchronized Broadcast<byte[]> of(SparkContext context, ModelSource source) {
        Map<String, Broadcast<byte[]>> models =
                BROADCASTS.computeIfAbsent(context, unused -> new LinkedHashMap<>(16, 0.75f, true));
        Broadcast<byte[]> broadcast =
                models.computeIfAbsent(source.contentHash(), hash -> JavaSparkContext.fromSparkContext(context)
                        .broadcast(source.onnx()));
        if (models.size() > CAPACITY) {
            models.remove(models.keySet().iterator().next());
        }
        return broadcast;
    }
}
