package dev.lanewise.engine.onnx;

import dev.lanewise.kernels.tensor.DoubleTensor;
import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.LongTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Elements as both ONNX and NumPy lay them out: row-major, little-endian, at the width of their type. */
final class ElementBytes {

    private ElementBytes() {}

    /** Decodes as many elements as the shape has; the bytes must be at least as many. */
    static Tensor decode(ElementType type, Shape shape, ByteBuffer source) {
        ByteBuffer bytes = source.slice().order(ByteOrder.LITTLE_ENDIAN);
        int size = shape.size();
        return switch (type.storage()) {
            case FLOAT -> new FloatTensor(type, shape, floats(type, size, bytes));
            case DOUBLE -> {
                double[] data = new double[size];
                bytes.asDoubleBuffer().get(data);
                yield new DoubleTensor(type, shape, data);
            }
            case LONG -> new LongTensor(type, shape, longs(type, size, bytes));
        };
    }

    static byte[] encode(Tensor tensor) {
        ElementType type = tensor.elementType();
        int size = tensor.shape().size();
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(size, TensorProtos.bytes(type)))
                .order(ByteOrder.LITTLE_ENDIAN);
        if (tensor instanceof FloatTensor floats) {
            for (float value : floats.data()) {
                switch (type) {
                    case FLOAT16 -> bytes.putShort(HalfPrecision.toFloat16(value));
                    case BFLOAT16 -> bytes.putShort(HalfPrecision.toBfloat16(value));
                    default -> bytes.putFloat(value);
                }
            }
        } else if (tensor instanceof DoubleTensor doubles) {
            bytes.asDoubleBuffer().put(doubles.data());
        } else if (tensor instanceof LongTensor longs) {
            for (long value : longs.data()) {
                switch (type.bits()) {
                    case 8 -> bytes.put((byte) value);
                    case 16 -> bytes.putShort((short) value);
                    case 32 -> bytes.putInt((int) value);
                    default -> bytes.putLong(value);
                }
            }
        }
        return bytes.array();
    }

    private static float[] floats(ElementType type, int size, ByteBuffer bytes) {
        float[] data = new float[size];
        if (type == ElementType.FLOAT32) {
            bytes.asFloatBuffer().get(data);
            return data;
        }
        for (int i = 0; i < size; i++) {
            int bits = bytes.getShort(2 * i);
            data[i] = type == ElementType.FLOAT16 ? HalfPrecision.fromFloat16(bits) : HalfPrecision.fromBfloat16(bits);
        }
        return data;
    }

    private static long[] longs(ElementType type, int size, ByteBuffer bytes) {
        long[] data = new long[size];
        for (int i = 0; i < size; i++) {
            long value =
                    switch (type.bits()) {
                        case 8 -> bytes.get(i);
                        case 16 -> bytes.getShort(2 * i);
                        case 32 -> bytes.getInt(4 * i);
                        default -> bytes.getLong(8 * i);
                    };
            data[i] = type.wrap(value);
        }
        return data;
    }
}
