package dev.lanewise.engine.onnx;

import dev.lanewise.kernels.tensor.DoubleTensor;
import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.LongTensor;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * NumPy's array files, versions 1 to 3, in C or Fortran order.
 *
 * @see <a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">The .npy format</a>
 */
final class NumpyFormat {

    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

    /** The header ends on a multiple of this, so that the elements are aligned. */
    private static final int ALIGNMENT = 64;

    private static final int VERSION_1_LIMIT = 0xffff;

    private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
    private static final Pattern FORTRAN = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
    private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([\\d\\s,L]*)\\)");

    private static final Map<String, ElementType> TYPES = Map.ofEntries(
            Map.entry("f4", ElementType.FLOAT32),
            Map.entry("f2", ElementType.FLOAT16),
            Map.entry("f8", ElementType.FLOAT64),
            Map.entry("i1", ElementType.INT8),
            Map.entry("i2", ElementType.INT16),
            Map.entry("i4", ElementType.INT32),
            Map.entry("i8", ElementType.INT64),
            Map.entry("u1", ElementType.UINT8),
            Map.entry("u2", ElementType.UINT16),
            Map.entry("u4", ElementType.UINT32),
            Map.entry("u8", ElementType.UINT64),
            Map.entry("b1", ElementType.BOOL));

    private NumpyFormat() {}

    static boolean isNumpy(byte[] file) {
        return file.length >= MAGIC.length && Arrays.equals(file, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
    }

    /**
     * @throws UnsupportedElementTypeException if Lanewise does not hold elements of this type
     * @throws IllegalArgumentException if the file is malformed
     */
    static Tensor decode(byte[] file) {
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).position(MAGIC.length);
        String header = header(bytes);
        String descr = field(DESCR, header, "descr");
        ElementType type = elementType(descr);
        boolean fortran = field(FORTRAN, header, "fortran_order").equals("True");
        Shape shape = Shape.of(Pattern.compile("[,\\sL]+")
                .splitAsStream(field(SHAPE, header, "shape"))
                .filter(size -> !size.isEmpty())
                .mapToLong(NumpyFormat::parseSize)
                .toArray());
        long expected = (long) shape.size() * TensorProtos.bytes(type);
        if (bytes.remaining() != expected) {
            throw new IllegalArgumentException("a NumPy array of shape " + shape + " and type " + descr + " needs "
                    + expected + " bytes of elements, but " + bytes.remaining() + " follow");
        }
        Shape stored = fortran ? reversed(shape) : shape;
        Tensor tensor = ElementBytes.decode(type, stored, bytes);
        return fortran ? reorder(tensor, shape) : tensor;
    }

    static byte[] encode(Tensor tensor) {
        Tensor written = tensor.elementType() == ElementType.BFLOAT16 && tensor instanceof FloatTensor floats
                ? FloatTensor.of(tensor.shape(), floats.data())
                : tensor;
        String dictionary = "{'descr': '" + descr(written.elementType()) + "', 'fortran_order': False, 'shape': "
                + tuple(written.shape()) + ", }";
        int start = MAGIC.length + 4;
        int padding = ALIGNMENT - 1 - (start + dictionary.length()) % ALIGNMENT;
        byte[] header = (dictionary + " ".repeat(padding) + "\n").getBytes(StandardCharsets.ISO_8859_1);
        if (header.length > VERSION_1_LIMIT) {
            throw new IllegalArgumentException(
                    "a tensor of rank " + written.shape().rank() + " has too many axes");
        }
        byte[] elements = ElementBytes.encode(written);
        return ByteBuffer.allocate(Math.addExact(start + header.length, elements.length))
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(MAGIC)
                .put((byte) 1)
                .put((byte) 0)
                .putShort((short) header.length)
                .put(header)
                .put(elements)
                .array();
    }

    private static String header(ByteBuffer bytes) {
        if (bytes.remaining() < 6) {
            throw new IllegalArgumentException("a NumPy array without header");
        }
        int version = bytes.get();
        bytes.get();
        if (version < 1 || version > 3) {
            throw new IllegalArgumentException("NumPy format version " + version + " is not 1, 2 or 3");
        }
        long length = version == 1 ? Short.toUnsignedLong(bytes.getShort()) : Integer.toUnsignedLong(bytes.getInt());
        if (length > bytes.remaining()) {
            throw new IllegalArgumentException("a NumPy array whose header is cut off");
        }
        byte[] header = new byte[(int) length];
        bytes.get(header);
        return new String(header, StandardCharsets.UTF_8);
    }

    private static String field(Pattern pattern, String header, String name) {
        Matcher matcher = pattern.matcher(header);
        if (!matcher.find()) {
            throw new IllegalArgumentException(
                    header.contains("'descr': [")
                            ? "a NumPy array of records is not a tensor"
                            : "the NumPy header has no valid '" + name + "'");
        }
        return matcher.group(1);
    }

    private static long parseSize(String size) {
        try {
            return Long.parseLong(size);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("the NumPy header has a dimension of " + size, e);
        }
    }

    private static ElementType elementType(String descr) {
        ElementType type = descr.length() == 3 ? TYPES.get(descr.substring(1)) : null;
        boolean bigEndian = descr.startsWith(">") && !descr.endsWith("1");
        if (type == null || bigEndian || "<>|=".indexOf(descr.charAt(0)) < 0) {
            throw new UnsupportedElementTypeException(descr + (bigEndian ? " (big-endian)" : ""));
        }
        return type;
    }

    private static String descr(ElementType type) {
        String code = TYPES.entrySet().stream()
                .filter(entry -> entry.getValue() == type)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
        return (type.bits() == Byte.SIZE ? "|" : "<") + code;
    }

    /** As Python writes a tuple: {@code ()}, {@code (3,)}, {@code (1, 3)}. */
    private static String tuple(Shape shape) {
        String sizes = IntStream.of(shape.toArray()).mapToObj(Integer::toString).collect(Collectors.joining(", "));
        return "(" + sizes + (shape.rank() == 1 ? ",)" : ")");
    }

    private static Shape reversed(Shape shape) {
        int[] dimensions = shape.toArray();
        int[] reversed = new int[dimensions.length];
        for (int axis = 0; axis < reversed.length; axis++) {
            reversed[axis] = dimensions[dimensions.length - 1 - axis];
        }
        return Shape.of(reversed);
    }

    /** From elements whose first axis runs fastest to elements whose last one does. */
    private static Tensor reorder(Tensor fortran, Shape shape) {
        int[] dimensions = shape.toArray();
        int[] strides = new int[dimensions.length];
        int stride = 1;
        for (int axis = 0; axis < strides.length; axis++) {
            strides[axis] = stride;
            stride *= dimensions[axis];
        }
        IntUnaryOperator source = index -> {
            int rest = index;
            int position = 0;
            for (int axis = dimensions.length - 1; axis >= 0; axis--) {
                position += rest % dimensions[axis] * strides[axis];
                rest /= dimensions[axis];
            }
            return position;
        };
        ElementType type = fortran.elementType();
        int size = shape.size();
        if (fortran instanceof FloatTensor floats) {
            float[] data = new float[size];
            for (int i = 0; i < size; i++) {
                data[i] = floats.data()[source.applyAsInt(i)];
            }
            return new FloatTensor(type, shape, data);
        }
        if (fortran instanceof DoubleTensor doubles) {
            double[] data = IntStream.range(0, size)
                    .mapToDouble(i -> doubles.data()[source.applyAsInt(i)])
                    .toArray();
            return new DoubleTensor(type, shape, data);
        }
        long[] data = IntStream.range(0, size)
                .mapToLong(i -> fortran.longAt(source.applyAsInt(i)))
                .toArray();
        return new LongTensor(type, shape, data);
    }
}
