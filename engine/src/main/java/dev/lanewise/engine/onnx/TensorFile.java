package dev.lanewise.engine.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.lanewise.engine.ModelException;
import dev.lanewise.engine.UnsupportedModelException;
import dev.lanewise.kernels.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A tensor in a file of its own: an ONNX {@code TensorProto} ({@code .pb}) or a NumPy array ({@code .npy}).
 *
 * @param name the name inside the file; empty where there is none, as always in NumPy's
 */
public record TensorFile(String name, Tensor tensor) {

    private static final String NUMPY = ".npy";

    /**
     * Reads a tensor; the content, not the name, tells the format.
     *
     * @throws UnsupportedModelException if its elements are of a type that Lanewise does not hold
     * @throws ModelException if the file is missing or malformed
     */
    public static TensorFile read(Path file) {
        byte[] bytes;
        try {
            if (!Files.isRegularFile(file)) {
                throw new ModelException(file + ": " + (Files.exists(file) ? "not a file" : "no such file"));
            }
            bytes = Files.readAllBytes(file);
        } catch (IOException e) {
            throw new ModelException(file + ": cannot be read: " + e.getMessage(), e);
        }
        try {
            return NumpyFormat.isNumpy(bytes) ? new TensorFile("", NumpyFormat.decode(bytes)) : readOnnx(bytes);
        } catch (UnsupportedElementTypeException e) {
            throw new UnsupportedModelException(file + ": elements of type " + e.getMessage() + " are not supported");
        } catch (InvalidProtocolBufferException e) {
            throw new ModelException(file + ": neither an ONNX tensor nor a NumPy array", e);
        } catch (IllegalArgumentException e) {
            throw new ModelException(file + ": " + e.getMessage(), e);
        }
    }

    /**
     * Writes the tensor: as NumPy array if the file's name ends in {@code .npy}, else as ONNX tensor. NumPy has no
     * BFLOAT16; those elements are written as FLOAT32, which holds their values.
     *
     * @throws IOException if the file cannot be written
     */
    public void write(Path file) throws IOException {
        boolean numpy = file.toString().toLowerCase(Locale.ROOT).endsWith(NUMPY);
        Files.write(
                file,
                numpy
                        ? NumpyFormat.encode(tensor)
                        : TensorProtos.write(name, tensor).toByteArray());
    }

    private static TensorFile readOnnx(byte[] bytes) throws InvalidProtocolBufferException {
        TensorProto proto = TensorProto.parseFrom(bytes);
        if (!proto.hasDataType()) {
            throw new IllegalArgumentException("neither an ONNX tensor nor a NumPy array");
        }
        return new TensorFile(proto.getName(), TensorProtos.read(proto));
    }
}
