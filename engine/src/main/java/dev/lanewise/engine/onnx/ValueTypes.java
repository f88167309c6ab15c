package dev.lanewise.engine.onnx;

import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import dev.lanewise.engine.graph.Dimension;
import dev.lanewise.engine.graph.TensorType;
import dev.lanewise.kernels.tensor.ElementType;
import java.util.ArrayList;
import java.util.List;

/** The declared types of a graph's inputs and outputs. */
final class ValueTypes {

    private ValueTypes() {}

    /**
     * A named dimension becomes a symbol of that name; an unnamed one of unknown size a symbol named after the value and
     * the axis.
     *
     * @throws UnsupportedElementTypeException if the value is not a tensor of a type that Lanewise holds
     * @throws IllegalArgumentException if the type is missing
     */
    static TensorType read(String value, TypeProto type) {
        switch (type.getValueCase()) {
            case TENSOR_TYPE -> {}
            case VALUE_NOT_SET -> throw new IllegalArgumentException("the model does not declare its type");
            default ->
                throw new UnsupportedElementTypeException(
                        type.getValueCase().name().replace("_TYPE", ""));
        }
        TypeProto.Tensor tensor = type.getTensorType();
        ElementType elementType = TensorProtos.elementType(tensor.getElemType());
        if (!tensor.hasShape()) {
            return TensorType.unknownRank(elementType);
        }
        List<Dimension> dimensions = new ArrayList<>();
        for (TensorShapeProto.Dimension dimension : tensor.getShape().getDimList()) {
            dimensions.add(dimension(value, dimensions.size(), dimension));
        }
        return new TensorType(elementType, dimensions);
    }

    private static Dimension dimension(String value, int axis, TensorShapeProto.Dimension dimension) {
        // Some exporters write -1 for a dimension that they do not know.
        if (dimension.hasDimValue() && dimension.getDimValue() >= 0) {
            return Dimension.of(dimension.getDimValue());
        }
        String name = dimension.getDimParam();
        // A leading question mark is how a dimension of which nothing is known is told apart.
        return Dimension.symbol(name.isEmpty() || name.startsWith("?") ? value + "_dim" + axis : name);
    }
}
