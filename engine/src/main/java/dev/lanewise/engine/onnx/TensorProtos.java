package dev.lanewise.engine.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.lanewise.kernels.tensor.DoubleTensor;
import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.LongTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.List;
import java.util.function.IntToLongFunction;

/**
 * Tensors as ONNX files store them: raw little-endian bytes, or one of the typed fields.
 *
 * @see <a href="https://onnx.ai/onnx/api/classes.html#tensorproto">ONNX TensorProto</a>
 */
final class TensorProtos {

    private TensorProtos() {}

    /**
     * Decodes a tensor whose data is inside the message. Nothing is allocated before shape and data agree.
     *
     * @throws UnsupportedElementTypeException if the elements are of a type that Lanewise does not hold
     * @throws IllegalArgumentException if the shape is impossible or does not match the data
     */
    static Tensor read(TensorProto proto) {
        ElementType type = elementType(proto.getDataType());
        if (proto.hasSegment()) {
            throw new IllegalArgumentException("is one segment of a larger tensor, which ONNX no longer defines");
        }
        if (proto.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
            throw new IllegalArgumentException(
                    "keeps its data in another file, '" + ExternalData.location(proto) + "'");
        }
        Shape shape = shape(proto.getDimsList());
        if (proto.hasRawData()) {
            ByteString raw = proto.getRawData();
            requireLength(shape, type, raw.size(), Integer.toUnsignedLong(shape.size()) * bytes(type), "bytes");
            return ElementBytes.decode(type, shape, raw.asReadOnlyByteBuffer());
        }
        requireLength(shape, type, typedLength(proto, type), shape.size(), "elements");
        return readTyped(proto, type, shape);
    }

    /** The message of that name with the tensor's elements as raw bytes. */
    static TensorProto write(String name, Tensor tensor) {
        TensorProto.Builder proto = TensorProto.newBuilder().setName(name).setDataType(dataType(tensor.elementType()));
        for (int dimension : tensor.shape().toArray()) {
            proto.addDims(dimension);
        }
        return proto.setRawData(UnsafeByteOperations.unsafeWrap(ElementBytes.encode(tensor)))
                .build();
    }

    /** @throws IllegalArgumentException if a dimension is negative or the tensor too large to hold */
    static Shape shape(List<Long> dimensions) {
        return Shape.of(dimensions.stream().mapToLong(Long::longValue).toArray());
    }

    /** @throws UnsupportedElementTypeException if Lanewise does not hold elements of this type */
    static ElementType elementType(int dataType) {
        DataType type = DataType.forNumber(dataType);
        if (type == null) {
            throw new UnsupportedElementTypeException("number " + dataType);
        }
        return switch (type) {
            case FLOAT -> ElementType.FLOAT32;
            case FLOAT16 -> ElementType.FLOAT16;
            case BFLOAT16 -> ElementType.BFLOAT16;
            case DOUBLE -> ElementType.FLOAT64;
            case INT8 -> ElementType.INT8;
            case INT16 -> ElementType.INT16;
            case INT32 -> ElementType.INT32;
            case INT64 -> ElementType.INT64;
            case UINT8 -> ElementType.UINT8;
            case UINT16 -> ElementType.UINT16;
            case UINT32 -> ElementType.UINT32;
            case UINT64 -> ElementType.UINT64;
            case BOOL -> ElementType.BOOL;
            default -> throw new UnsupportedElementTypeException(type.name());
        };
    }

    static int dataType(ElementType type) {
        DataType dataType =
                switch (type) {
                    case FLOAT32 -> DataType.FLOAT;
                    case FLOAT16 -> DataType.FLOAT16;
                    case BFLOAT16 -> DataType.BFLOAT16;
                    case FLOAT64 -> DataType.DOUBLE;
                    case INT8 -> DataType.INT8;
                    case INT16 -> DataType.INT16;
                    case INT32 -> DataType.INT32;
                    case INT64 -> DataType.INT64;
                    case UINT8 -> DataType.UINT8;
                    case UINT16 -> DataType.UINT16;
                    case UINT32 -> DataType.UINT32;
                    case UINT64 -> DataType.UINT64;
                    case BOOL -> DataType.BOOL;
                };
        return dataType.getNumber();
    }

    static int bytes(ElementType type) {
        return type.bits() / Byte.SIZE;
    }

    private static int typedLength(TensorProto proto, ElementType type) {
        return switch (type) {
            case FLOAT32 -> proto.getFloatDataCount();
            case FLOAT64 -> proto.getDoubleDataCount();
            case INT64 -> proto.getInt64DataCount();
            case UINT32, UINT64 -> proto.getUint64DataCount();
            case FLOAT16, BFLOAT16, INT8, INT16, INT32, UINT8, UINT16, BOOL -> proto.getInt32DataCount();
        };
    }

    private static Tensor readTyped(TensorProto proto, ElementType type, Shape shape) {
        switch (type) {
            case FLOAT32, FLOAT16, BFLOAT16 -> {
                float[] data = new float[shape.size()];
                for (int i = 0; i < data.length; i++) {
                    data[i] = switch (type) {
                        case FLOAT16 -> HalfPrecision.fromFloat16(proto.getInt32Data(i));
                        case BFLOAT16 -> HalfPrecision.fromBfloat16(proto.getInt32Data(i));
                        default -> proto.getFloatData(i);
                    };
                }
                return new FloatTensor(type, shape, data);
            }
            case FLOAT64 -> {
                double[] data = new double[shape.size()];
                for (int i = 0; i < data.length; i++) {
                    data[i] = proto.getDoubleData(i);
                }
                return new DoubleTensor(type, shape, data);
            }
            default -> {
                IntToLongFunction element =
                        switch (type) {
                            case INT64 -> proto::getInt64Data;
                            case UINT32, UINT64 -> proto::getUint64Data;
                            default -> proto::getInt32Data;
                        };
                long[] data = new long[shape.size()];
                for (int i = 0; i < data.length; i++) {
                    data[i] = type.wrap(element.applyAsLong(i));
                }
                return new LongTensor(type, shape, data);
            }
        }
    }

    private static void requireLength(Shape shape, ElementType type, long actual, long expected, String unit) {
        if (actual != expected) {
            throw new IllegalArgumentException("has shape " + shape + " of " + type + ", which needs " + expected + " "
                    + unit + ", but holds " + actual);
        }
    }
}
