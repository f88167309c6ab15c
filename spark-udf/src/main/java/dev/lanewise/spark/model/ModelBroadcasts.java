package dev.lanewise.spark.model;

import dev.lanewise.engine.ModelSource;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.WeakHashMap;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.jspecify.annotations.Nullable;

/**
 * The models that this driver has broadcast: the bytes of one model travel once per Spark application, however many queries
 * and micro-batches use it. Spark cuts them into blocks of {@code spark.broadcast.blockSize}, moves them to disk where
 * memory is short, and frees them once neither a plan nor this class refers to them.
 */
final class ModelBroadcasts {

    /** Models remembered per application though no plan refers to them. */
    private static final int REMEMBERED = 64;

    private static final Map<SparkContext, ModelBroadcasts> APPLICATIONS = new WeakHashMap<>();

    /** Those used last, in the order of use. */
    private final Map<String, Broadcast<byte[]>> recent = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Broadcast<byte[]>> eldest) {
            return size() > REMEMBERED;
        }
    };

    /** All those that something still refers to. */
    private final Map<String, WeakReference<Broadcast<byte[]>>> alive = new HashMap<>();

    private ModelBroadcasts() {}

    /** The ONNX bytes of the model, broadcast now or earlier. */
    static synchronized Broadcast<byte[]> of(SparkContext context, ModelSource source) {
        return APPLICATIONS
                .computeIfAbsent(context, unused -> new ModelBroadcasts())
                .broadcast(context, source);
    }

    private Broadcast<byte[]> broadcast(SparkContext context, ModelSource source) {
        String hash = source.contentHash();
        WeakReference<Broadcast<byte[]>> reference = alive.get(hash);
        @Nullable Broadcast<byte[]> broadcast = reference == null ? null : reference.get();
        if (broadcast == null) {
            broadcast = JavaSparkContext.fromSparkContext(context).broadcast(source.onnx());
            alive.values().removeIf(other -> other.get() == null);
            alive.put(hash, new WeakReference<>(broadcast));
        }
        recent.put(hash, broadcast);
        return broadcast;
    }
}
