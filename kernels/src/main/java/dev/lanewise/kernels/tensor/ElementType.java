package dev.lanewise.kernels.tensor;

/**
 * What a tensor's elements mean, apart from how they are stored: half-precision types are widened to {@code float},
 * every integer type and BOOL (0 or 1) to {@code long}.
 *
 * @see <a href="https://onnx.ai/onnx/api/defs.html">ONNX TensorProto.DataType</a>
 */
public enum ElementType {
    FLOAT32(Storage.FLOAT, 32),
    FLOAT16(Storage.FLOAT, 16),
    BFLOAT16(Storage.FLOAT, 16),
    FLOAT64(Storage.DOUBLE, 64),
    INT8(Storage.LONG, 8),
    INT16(Storage.LONG, 16),
    INT32(Storage.LONG, 32),
    INT64(Storage.LONG, 64),
    UINT8(Storage.LONG, 8),
    UINT16(Storage.LONG, 16),
    UINT32(Storage.LONG, 32),
    UINT64(Storage.LONG, 64),
    BOOL(Storage.LONG, 8);

    /** The Java array that holds the elements. */
    public enum Storage {
        FLOAT,
        DOUBLE,
        LONG
    }

    private final Storage storage;
    private final int bits;

    ElementType(Storage storage, int bits) {
        this.storage = storage;
        this.bits = bits;
    }

    public Storage storage() {
        return storage;
    }

    /** Bits of one element in an ONNX file. */
    public int bits() {
        return bits;
    }

    public boolean isInteger() {
        return storage == Storage.LONG && this != BOOL;
    }

    public boolean isUnsigned() {
        return this == UINT8 || this == UINT16 || this == UINT32 || this == UINT64;
    }

    /** Wraps an integer into this type's range, as two's-complement arithmetic of its width does. */
    public long wrap(long value) {
        return switch (this) {
            case INT8 -> (byte) value;
            case INT16 -> (short) value;
            case INT32 -> (int) value;
            case UINT8 -> value & 0xffL;
            case UINT16 -> value & 0xffffL;
            case UINT32 -> value & 0xffffffffL;
            case BOOL -> value == 0 ? 0 : 1;
            default -> value;
        };
    }
}
