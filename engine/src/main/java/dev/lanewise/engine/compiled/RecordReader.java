package dev.lanewise.engine.compiled;

import dev.lanewise.kernels.tensor.ChannelOrder;
import dev.lanewise.kernels.tensor.Shape;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Reads records as {@link RecordWriter} writes them. Whatever the bytes are, it ends and takes about as much memory as they
 * do; what they cannot be is an {@link IllegalArgumentException}, and so is what a record's constructor refuses.
 */
final class RecordReader {

    private final ByteBuffer in;
    private final Map<String, float[]> ofModel;
    private final List<float[]> arrays = new ArrayList<>();
    private final List<ChannelOrder> orders = new ArrayList<>();

    RecordReader(ByteBuffer in, Map<String, float[]> ofModel) {
        this.in = in;
        this.ofModel = ofModel;
    }

    <T extends Record> T read(Class<T> type) {
        return type.cast(readRecord(type));
    }

    private Object read(Type type) {
        if (type instanceof ParameterizedType generic) {
            return readCollection(generic);
        } else if (type instanceof Class<?> plain) {
            return readPlain(plain);
        }
        throw new IllegalStateException("cannot read " + type);
    }

    private Object readCollection(ParameterizedType type) {
        Type[] of = type.getActualTypeArguments();
        // No element takes less than a byte, but for records without components, which are in no list.
        int count = count(1);
        if (type.getRawType() == List.class) {
            List<Object> list = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                list.add(read(of[0]));
            }
            return list;
        } else if (type.getRawType() == Map.class) {
            Map<Object, Object> map = new HashMap<>();
            for (int i = 0; i < count; i++) {
                Object key = read(of[0]);
                if (map.put(key, read(of[1])) != null) {
                    throw new IllegalArgumentException("'" + key + "' is there twice");
                }
            }
            return map;
        }
        throw new IllegalStateException("cannot read " + type);
    }

    private Object readPlain(Class<?> type) {
        if (type.isRecord()) {
            return readRecord(type);
        } else if (type.isEnum()) {
            return readConstant(type);
        } else if (type.isSealed()) {
            String name = readText();
            Class<?> record = RecordTypes.permitted(type).get(name);
            if (record == null) {
                throw new IllegalArgumentException("there is no " + type.getSimpleName() + " '" + name + "'");
            }
            return readRecord(record);
        } else if (type == int.class || type == Integer.class) {
            return in.getInt();
        } else if (type == long.class || type == Long.class) {
            return in.getLong();
        } else if (type == float.class || type == Float.class) {
            return in.getFloat();
        } else if (type == double.class || type == Double.class) {
            return in.getDouble();
        } else if (type == boolean.class || type == Boolean.class) {
            return readFlag();
        } else if (type == String.class) {
            return readText();
        } else if (type == OptionalInt.class) {
            boolean present = readFlag();
            int value = in.getInt();
            return present ? OptionalInt.of(value) : OptionalInt.empty();
        }
        return readArray(type);
    }

    private Object readArray(Class<?> type) {
        if (type == Shape.class) {
            return Shape.of(readInts());
        } else if (type == ChannelOrder.class) {
            return readOrder();
        } else if (type == float[].class) {
            return readShared();
        } else if (type == long[].class) {
            long[] array = new long[count(Long.BYTES)];
            in.asLongBuffer().get(array);
            in.position(in.position() + Long.BYTES * array.length);
            return array;
        } else if (type == double[].class) {
            double[] array = new double[count(Double.BYTES)];
            in.asDoubleBuffer().get(array);
            in.position(in.position() + Double.BYTES * array.length);
            return array;
        }
        throw new IllegalStateException("cannot read a " + type);
    }

    private Object readRecord(Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        @Nullable Object[] values = new @Nullable Object[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            if (!RecordTypes.mayBeNull(components[i]) || readFlag()) {
                values[i] = read(components[i].getGenericType());
            }
        }
        try {
            return type.getDeclaredConstructor(types).newInstance(values);
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException(
                    type.getSimpleName() + ": " + e.getTargetException().getMessage(), e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type + " cannot be made", e);
        }
    }

    private Object readConstant(Class<?> type) {
        String name = readText();
        for (Object constant : type.getEnumConstants()) {
            if (((Enum<?>) constant).name().equals(name)) {
                return constant;
            }
        }
        throw new IllegalArgumentException("there is no " + type.getSimpleName() + " '" + name + "'");
    }

    private boolean readFlag() {
        byte flag = in.get();
        if (flag != 0 && flag != 1) {
            throw new IllegalArgumentException("a flag is " + flag);
        }
        return flag == 1;
    }

    String readText() {
        byte[] bytes = new byte[count(1)];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private int[] readInts() {
        int[] array = new int[count(Integer.BYTES)];
        in.asIntBuffer().get(array);
        in.position(in.position() + Integer.BYTES * array.length);
        return array;
    }

    private ChannelOrder readOrder() {
        int number = in.getInt();
        if (number != RecordWriter.NEW) {
            return earlier(orders, number);
        }
        int block = in.getInt();
        ChannelOrder order = ChannelOrder.of(block, readInts());
        orders.add(order);
        return order;
    }

    private float[] readShared() {
        int number = in.getInt();
        if (number != RecordWriter.NEW && number != RecordWriter.OF_MODEL) {
            return earlier(arrays, number);
        }
        float[] array;
        if (number == RecordWriter.OF_MODEL) {
            String name = readText();
            array = ofModel.get(name);
            if (array == null) {
                throw new IllegalArgumentException("the model has no weights named '" + name + "'");
            }
        } else {
            array = new float[count(Float.BYTES)];
            in.asFloatBuffer().get(array);
            in.position(in.position() + Float.BYTES * array.length);
        }
        arrays.add(array);
        return array;
    }

    private static <T> T earlier(List<T> before, int number) {
        if (number < 0 || number >= before.size()) {
            throw new IllegalArgumentException(number + " is none of the " + before.size() + " before it");
        }
        return before.get(number);
    }

    /** How many elements follow; no more than the bytes that are left can be. */
    private int count(int bytesOfElement) {
        int count = in.getInt();
        if (count < 0 || count > in.remaining() / bytesOfElement) {
            throw new IllegalArgumentException(
                    count + " elements are announced where " + in.remaining() + " bytes are left");
        }
        return count;
    }
}
