package dev.lanewise.spark.model;

import dev.lanewise.engine.Model;
import dev.lanewise.engine.ModelException;
import dev.lanewise.engine.ModelOptions;
import dev.lanewise.engine.ModelSource;
import java.io.Serializable;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.apache.spark.SparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.jspecify.annotations.Nullable;

/**
 * A model as plans and tasks carry it: its name, its hash, and where its bytes are, but not the bytes. Handles of the same
 * bytes and options are equal.
 */
public final class ModelHandle implements Serializable {

    private static final long serialVersionUID = 1L;

    private final String name;
    private final String contentHash;

    /** The options: Kryo, which Spark may be set to, cannot write records. */
    private final boolean winograd;

    private final int bytes;

    private final Broadcast<byte[]> onnx;

    private ModelHandle(ModelSource source, ModelOptions options, Broadcast<byte[]> onnx) {
        this.name = source.name();
        this.contentHash = source.contentHash();
        this.winograd = options.winograd();
        this.bytes = source.onnx().length;
        this.onnx = onnx;
    }

    /** Broadcasts the model's bytes, unless this application has done so before. */
    public static ModelHandle of(SparkContext context, ModelSource source, ModelOptions options) {
        return new ModelHandle(source, options, ModelBroadcasts.of(context, source));
    }

    /** What to call the model in messages: its file. */
    public String name() {
        return name;
    }

    /** The length of the ONNX file that was broadcast. */
    public int bytes() {
        return bytes;
    }

    /** The SHA-256 of the model with its external data, in hexadecimal. */
    public String contentHash() {
        return contentHash;
    }

    public ModelOptions options() {
        return new ModelOptions(winograd);
    }

    /**
     * The model, of which there is one in a JVM; the first to ask builds it. For a look at it: what uses it for longer
     * takes a {@link #lease}.
     *
     * @throws ModelException if the model cannot be built
     */
    public Model model() {
        return ModelCache.model(contentHash, options(), this::source);
    }

    /**
     * As {@link #model}; the model stays in this JVM until the lease is closed.
     *
     * @param cancelled asked while another task builds the model
     * @throws ModelException if the model cannot be built
     * @throws CancellationException if it was cancelled, or the thread was interrupted, which it stays
     */
    public Lease<Model> lease(BooleanSupplier cancelled) {
        return ModelCache.lease(contentHash, options(), this::source, cancelled);
    }

    private ModelSource source() {
        return new ModelSource(name, onnx.value(), contentHash);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ModelHandle that && contentHash.equals(that.contentHash) && winograd == that.winograd;
    }

    @Override
    public int hashCode() {
        return 31 * contentHash.hashCode() + Boolean.hashCode(winograd);
    }

    @Override
    public String toString() {
        return name;
    }
}
