package dev.lanewise.engine.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.lanewise.engine.ModelException;
import java.io.IOException;

/** The outermost step: bytes to message, or one line on why these bytes are no ONNX model. */
final class ModelProtos {

    private ModelProtos() {}

    /**
     * Parses a model; its tensors' raw data stays in the given array.
     *
     * @throws ModelException if the bytes are not those of a complete ONNX model
     */
    static ModelProto parse(String name, byte[] onnx) {
        if (onnx.length == 0) {
            throw new ModelException(name + ": the file is empty, not an ONNX model");
        }
        CodedInputStream input = UnsafeByteOperations.unsafeWrap(onnx).newCodedInput();
        input.enableAliasing(true);
        ModelProto model;
        try {
            model = ModelProto.parseFrom(input);
        } catch (InvalidProtocolBufferException e) {
            throw new ModelException(
                    name + ": not "
                            + FileKind.of(onnx)
                                    .map(ModelProtos::otherKind)
                                    .orElse("a complete ONNX model (" + firstLine(e) + "); is it truncated?"),
                    e);
        } catch (IOException e) {
            throw new ModelException(name + ": cannot be read (" + firstLine(e) + ")", e);
        }
        if (!model.hasIrVersion() || !model.hasGraph()) {
            String missing = "an ONNX model: it has no " + (model.hasGraph() ? "IR version" : "graph inside");
            throw new ModelException(name + ": not "
                    + FileKind.of(onnx).map(ModelProtos::otherKind).orElse(missing));
        }
        return model;
    }

    private static String otherKind(String kind) {
        return "an ONNX model, but " + kind + "; give the .onnx file that the network was exported to";
    }

    private static String firstLine(Exception e) {
        String message = e.getMessage();
        if (message == null) {
            return e.getClass().getSimpleName();
        }
        String line = message.lines().findFirst().orElse("");
        int sentence = line.indexOf(".  ");
        return sentence < 0 ? line : line.substring(0, sentence);
    }
}
