package dev.lanewise.engine.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.UnsafeByteOperations;
import dev.lanewise.engine.ModelException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tensor data that a model keeps in files beside its own. Those files must lie in the model's folder, or below it, also
 * after symbolic links are followed: a model must not be able to read anything else.
 *
 * @see <a href="https://onnx.ai/onnx/repo-docs/ExternalData.html">ONNX external data</a>
 */
public final class ExternalData {

    /** What one Java array, and one serialised protobuf message, can hold. */
    private static final long MAX_BYTES = Integer.MAX_VALUE - 8;

    private final String model;
    private final Path folder;

    private ExternalData(String model, Path folder) {
        this.model = model;
        this.folder = folder;
    }

    /**
     * Brings all external data of a model inside it.
     *
     * @param name what to call the model in messages
     * @param folder where the model's file lies; null if it is not a file and may not refer to any
     * @return the model's bytes, the same array if nothing was outside
     * @throws ModelException if the bytes are no model, or its external data is missing, outside the folder, of the wrong
     *     length, or altogether too large
     */
    public static byte[] inline(String name, byte[] onnx, @Nullable Path folder) {
        ModelProto model = ModelProtos.parse(name, onnx);
        long[] externalBytes = {0, 0};
        forEachTensor(model, tensor -> {
            if (isExternal(tensor) && isHeld(tensor.getDataType())) {
                externalBytes[0]++;
                externalBytes[1] = Math.addExact(externalBytes[1], expectedBytes(name, tensor));
            }
        });
        if (externalBytes[0] == 0) {
            return onnx;
        }
        if (folder == null) {
            throw new ModelException(name + ": keeps tensor data in other files; read the model from its own file");
        }
        requireFits(name, onnx.length + externalBytes[1]);
        return new ExternalData(name, realFolder(name, folder)).inline(model).toByteArray();
    }

    static boolean isExternal(TensorProto tensor) {
        return tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL;
    }

    static String location(TensorProto tensor) {
        return entry(tensor, "location", "");
    }

    private static void requireFits(String name, long bytes) {
        if (bytes > MAX_BYTES) {
            throw new ModelException(name + ": the model and its external data are " + megabytes(bytes)
                    + " MB together; Lanewise takes models below 2 GB");
        }
        long heap = Runtime.getRuntime().maxMemory();
        if (2 * bytes > heap) {
            throw new ModelException(name + ": the model and its external data are " + megabytes(bytes)
                    + " MB together, too much for a heap of " + megabytes(heap) + " MB; give Java more with -Xmx");
        }
    }

    private static long megabytes(long bytes) {
        return Math.round(bytes / 1e6);
    }

    private static long expectedBytes(String name, TensorProto tensor) {
        try {
            return (long) TensorProtos.shape(tensor.getDimsList()).size()
                    * TensorProtos.bytes(TensorProtos.elementType(tensor.getDataType()));
        } catch (UnsupportedElementTypeException e) {
            // The graph reader will name it together with everything else that is not supported.
            return 0;
        } catch (IllegalArgumentException e) {
            throw new ModelException(name + ": tensor '" + tensor.getName() + "': " + e.getMessage(), e);
        }
    }

    private ModelProto inline(ModelProto model) {
        ModelProto.Builder inlined = model.toBuilder();
        inline(inlined.getGraphBuilder());
        for (FunctionProto.Builder function : inlined.getFunctionsBuilderList()) {
            function.getNodeBuilderList().forEach(this::inline);
        }
        return inlined.build();
    }

    private void inline(GraphProto.Builder graph) {
        graph.getInitializerBuilderList().forEach(this::inline);
        graph.getNodeBuilderList().forEach(this::inline);
    }

    private void inline(NodeProto.Builder node) {
        for (AttributeProto.Builder attribute : node.getAttributeBuilderList()) {
            if (attribute.hasT()) {
                inline(attribute.getTBuilder());
            }
            if (attribute.hasG()) {
                inline(attribute.getGBuilder());
            }
            attribute.getTensorsBuilderList().forEach(this::inline);
            attribute.getGraphsBuilderList().forEach(this::inline);
        }
    }

    private void inline(TensorProto.Builder tensor) {
        if (tensor.getDataLocation() != TensorProto.DataLocation.EXTERNAL || !isHeld(tensor.getDataType())) {
            return;
        }
        long expected = expectedBytes(model, tensor.buildPartial());
        ByteString data = read(tensor.buildPartial(), expected);
        tensor.clearDataLocation().clearExternalData().setRawData(data);
    }

    /** Whether Lanewise holds elements of a type; tensors of others stay as they are, for the graph reader to name. */
    private static boolean isHeld(int dataType) {
        try {
            TensorProtos.elementType(dataType);
            return true;
        } catch (UnsupportedElementTypeException e) {
            return false;
        }
    }

    private ByteString read(TensorProto tensor, long expected) {
        String what = model + ": external data '" + location(tensor) + "' of tensor '" + tensor.getName() + "'";
        Path file = resolve(what, location(tensor));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long offset = number(what, tensor, "offset", 0);
            long length = number(what, tensor, "length", Math.max(0, channel.size() - offset));
            if (offset > channel.size() || length > channel.size() - offset) {
                throw new ModelException(what + " should reach from byte " + offset + " over " + length
                        + " bytes, but the file ends at byte " + channel.size());
            }
            if (length != expected) {
                throw new ModelException(what + " has " + length + " bytes where the tensor's shape needs " + expected);
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) length);
            while (bytes.hasRemaining() && channel.read(bytes, offset + bytes.position()) >= 0) {}
            if (bytes.hasRemaining()) {
                throw new ModelException(what + " became shorter while it was read");
            }
            return UnsafeByteOperations.unsafeWrap(bytes.flip());
        } catch (IOException e) {
            throw new ModelException(what + " cannot be read: " + e.getMessage(), e);
        }
    }

    private Path resolve(String what, String location) {
        try {
            Path relative = Path.of(location);
            if (location.isEmpty() || relative.isAbsolute() || location.contains("\\") || location.contains(":")) {
                throw new ModelException(what + " must be named by a relative path inside the model's folder");
            }
            Path file = folder.resolve(relative).normalize();
            if (file.startsWith(folder) && Files.exists(file)) {
                file = file.toRealPath();
            }
            if (!file.startsWith(folder)) {
                throw new ModelException(what + " lies outside the model's folder, which Lanewise does not read");
            }
            if (!Files.isRegularFile(file)) {
                throw new ModelException(what + " is missing" + (Files.exists(file) ? ": not a regular file" : ""));
            }
            return file;
        } catch (InvalidPathException | IOException e) {
            throw new ModelException(what + " cannot be found: " + e.getMessage(), e);
        }
    }

    private static Path realFolder(String name, Path folder) {
        try {
            return folder.toRealPath();
        } catch (IOException e) {
            throw new ModelException(name + ": the model's folder cannot be read: " + e.getMessage(), e);
        }
    }

    private static String entry(TensorProto tensor, String key, String fallback) {
        return tensor.getExternalDataList().stream()
                .filter(entry -> entry.getKey().equals(key))
                .map(StringStringEntryProto::getValue)
                .findFirst()
                .orElse(fallback);
    }

    private static long number(String what, TensorProto tensor, String key, long fallback) {
        String text = entry(tensor, key, "");
        if (text.isEmpty()) {
            return fallback;
        }
        try {
            long value = Long.parseLong(text);
            if (value >= 0) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Told below, like a negative number.
        }
        throw new ModelException(what + " has a " + key + " of '" + text + "', which is not a number of bytes");
    }

    private static void forEachTensor(ModelProto model, Consumer<TensorProto> action) {
        forEachTensor((MessageOrBuilder) model.getGraph(), action);
        model.getFunctionsList().forEach(function -> forEachTensor(function, action));
    }

    private static void forEachTensor(MessageOrBuilder owner, Consumer<TensorProto> action) {
        if (owner instanceof TensorProto tensor) {
            action.accept(tensor);
        } else if (owner instanceof GraphProto graph) {
            graph.getInitializerList().forEach(action);
            graph.getNodeList().forEach(node -> forEachTensor(node, action));
        } else if (owner instanceof FunctionProto function) {
            function.getNodeList().forEach(node -> forEachTensor(node, action));
        } else if (owner instanceof NodeProto node) {
            for (AttributeProto attribute : node.getAttributeList()) {
                if (attribute.hasT()) {
                    action.accept(attribute.getT());
                }
                if (attribute.hasG()) {
                    forEachTensor(attribute.getG(), action);
                }
                attribute.getTensorsList().forEach(action);
                attribute.getGraphsList().forEach(graph -> forEachTensor(graph, action));
            }
        }
    }
}
