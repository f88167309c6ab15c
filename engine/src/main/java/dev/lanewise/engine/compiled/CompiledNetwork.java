package dev.lanewise.engine.compiled;

import dev.lanewise.engine.ModelException;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.graph.GraphValue;
import dev.lanewise.engine.run.Plan;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;

/**
 * All that was decided when a network was compiled, and that a bit of its results may depend on: what became of the file's
 * nodes and weights, and for some shapes of inputs the whole plan, with every convolution's algorithm, channel orders and
 * places in memory. Schedules of kernels are not part of it: they are found where it runs, and change no bit.
 *
 * <p>As bytes, big-endian: {@value #MAGIC} as a long, the version of the format as an int, what the records consist of
 * as a number of {@link RecordTypes#structure}, the records of this class component by component as {@link RecordWriter} writes them, and the CRC-32C of all
 * before as a long: it is there against damage, not against forgery, for which the checks of what is read must do. Arrays that are in the model's
 * file are written as the names of their weights, others once.
 *
 * @param contentHash of the model that was compiled
 * @param winograd whether Winograd's algorithm was allowed
 */
public record CompiledNetwork(String contentHash, boolean winograd, Graph graph, List<PlanFor> plans) {

    /** {@code LANEWISE} in ASCII. */
    static final long MAGIC = 0x4c414e4557495345L;

    /** To be raised when the same records come to mean other bits; records that change are noticed without. */
    static final int VERSION = 1;

    private static final int CHECKSUM_BYTES = Long.BYTES;
    private static final int HEADER_BYTES = Long.BYTES + Integer.BYTES + Long.BYTES;
    private static final long STRUCTURE = RecordTypes.structure(CompiledNetwork.class);

    /** A plan for inputs of certain shapes, by their names. */
    public record PlanFor(Map<String, Shape> inputs, Plan plan) {

        public PlanFor {
            inputs = Map.copyOf(inputs);
        }
    }

    /** Of several plans for the same shapes the first is kept. */
    public CompiledNetwork {
        Map<Map<String, Shape>, PlanFor> byInputs = new LinkedHashMap<>();
        plans.forEach(plan -> byInputs.putIfAbsent(plan.inputs(), plan));
        plans = List.copyOf(byInputs.values());
    }

    /**
     * Writes all of it; the stream stays open.
     *
     * @param written the graph as the file has it, whose weights the reader will have
     */
    public void write(OutputStream out, Graph written) throws IOException {
        CheckedOutputStream checked = new CheckedOutputStream(out, new CRC32C());
        DataOutputStream data = new DataOutputStream(new BufferedOutputStream(checked, 1 << 16));
        data.writeLong(MAGIC);
        data.writeInt(VERSION);
        data.writeLong(STRUCTURE);
        new RecordWriter(data, weights(written)).write(named(""), CompiledNetwork.class);
        data.flush();
        data.writeLong(checked.getChecksum().getValue());
        data.flush();
    }

    /**
     * Reads what {@link #write} has written.
     *
     * @param written the graph as the file has it
     * @param contentHash of that file
     * @throws ModelException if the bytes are damaged, of another version, or of another model
     */
    public static CompiledNetwork read(byte[] bytes, Graph written, String contentHash) {
        String name = written.name();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (bytes.length < HEADER_BYTES + CHECKSUM_BYTES || in.getLong() != MAGIC) {
            throw new ModelException(name + ": its compiled form is no file that Lanewise has written");
        }
        if (in.getInt() != VERSION || in.getLong() != STRUCTURE) {
            throw new ModelException(
                    name + ": its compiled form is of another version of Lanewise; compile the model again");
        }
        int end = bytes.length - CHECKSUM_BYTES;
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, 0, end);
        if (in.getLong(end) != checksum.getValue()) {
            throw new ModelException(
                    name + ": its compiled form is damaged: the checksum differs; compile the model again");
        }
        in.limit(end);
        try {
            // It comes first, and is looked at first: another model lacks the weights as well.
            String compiledHash = new RecordReader(in.duplicate(), Map.of()).readText();
            if (!compiledHash.equals(contentHash)) {
                throw new ModelException(name + ": its compiled form is that of another model, with the hash "
                        + compiledHash + " instead of " + contentHash);
            }
            CompiledNetwork network = new RecordReader(in, weights(written)).read(CompiledNetwork.class);
            if (in.hasRemaining()) {
                throw new IllegalArgumentException(in.remaining() + " bytes are left over");
            }
            List<String> outputs =
                    network.graph.outputs().stream().map(GraphValue::name).toList();
            network.plans.forEach(plan -> PlanVerification.verify(plan, outputs));
            return network.named(name);
        } catch (BufferUnderflowException e) {
            throw malformed(name, "it ends too early", e);
        } catch (IllegalArgumentException | NullPointerException | ArithmeticException e) {
            throw malformed(name, String.valueOf(e.getMessage()), e);
        }
    }

    private static ModelException malformed(String name, String why, RuntimeException cause) {
        return new ModelException(
                name + ": its compiled form is malformed: " + why + "; compile the model again", cause);
    }

    /** The file may have another name where it is read: it is not written. */
    private CompiledNetwork named(String name) {
        Graph named = new Graph(name, graph.opset(), graph.inputs(), graph.outputs(), graph.nodes(), graph.constants());
        List<PlanFor> all = plans.stream()
                .map(plan -> new PlanFor(plan.inputs(), plan.plan().named(name)))
                .toList();
        return new CompiledNetwork(contentHash, winograd, named, all);
    }

    private static Map<String, float[]> weights(Graph graph) {
        Map<String, float[]> weights = new HashMap<>();
        for (Map.Entry<String, Tensor> constant : graph.constants().entrySet()) {
            if (constant.getValue() instanceof FloatTensor floats) {
                weights.put(constant.getKey(), floats.data());
            }
        }
        return weights;
    }
}
