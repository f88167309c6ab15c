package dev.lanewise.engine.compiled;

import dev.lanewise.kernels.tensor.ChannelOrder;
import dev.lanewise.kernels.tensor.Shape;
import java.io.DataOutput;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Writes records, component by component. {@link RecordReader} reads them again. */
final class RecordWriter {

    /** What a file says in place of an array's data: its number among those written before, or one of these. */
    static final int NEW = -1;

    static final int OF_MODEL = -2;

    private static final int CHUNK = 1 << 14;

    private final DataOutput out;
    private final IdentityHashMap<float[], String> ofModel = new IdentityHashMap<>();
    private final IdentityHashMap<float[], Integer> arrays = new IdentityHashMap<>();
    private final Map<ChannelOrder, Integer> orders = new HashMap<>();

    /** @param ofModel arrays that the reader has from the model: they are written as their names */
    RecordWriter(DataOutput out, Map<String, float[]> ofModel) {
        this.out = out;
        new TreeMap<>(ofModel).forEach((name, array) -> this.ofModel.putIfAbsent(array, name));
    }

    void write(Object value, Type type) throws IOException {
        if (type instanceof ParameterizedType generic) {
            writeCollection(value, generic);
        } else if (type instanceof Class<?> plain) {
            write(value, plain);
        } else {
            throw new IllegalStateException("cannot write " + type);
        }
    }

    private void writeCollection(Object value, ParameterizedType type) throws IOException {
        Type[] of = type.getActualTypeArguments();
        if (value instanceof List<?> list) {
            out.writeInt(list.size());
            for (Object element : list) {
                write(element, of[0]);
            }
        } else if (value instanceof Map<?, ?> map) {
            out.writeInt(map.size());
            for (Map.Entry<?, ?> entry : new TreeMap<>(map).entrySet()) {
                write(entry.getKey(), of[0]);
                write(entry.getValue(), of[1]);
            }
        } else {
            throw new IllegalStateException("cannot write " + type);
        }
    }

    private void write(Object value, Class<?> type) throws IOException {
        if (type.isRecord()) {
            for (RecordComponent component : type.getRecordComponents()) {
                writeComponent(value, component);
            }
        } else if (value instanceof Enum<?> constant) {
            write(constant.name());
        } else if (type.isSealed()) {
            write(value.getClass().getSimpleName());
            write(value, value.getClass());
        } else if (value instanceof Integer number) {
            out.writeInt(number);
        } else if (value instanceof Long number) {
            out.writeLong(number);
        } else if (value instanceof Float number) {
            // Raw: bits of a NaN count as well.
            out.writeInt(Float.floatToRawIntBits(number));
        } else if (value instanceof Double number) {
            out.writeLong(Double.doubleToRawLongBits(number));
        } else if (value instanceof Boolean flag) {
            out.writeBoolean(flag);
        } else if (value instanceof String text) {
            write(text);
        } else if (value instanceof OptionalInt number) {
            out.writeBoolean(number.isPresent());
            out.writeInt(number.orElse(0));
        } else if (value instanceof Shape shape) {
            write(shape.toArray());
        } else if (value instanceof ChannelOrder order) {
            write(order);
        } else if (value instanceof float[] array) {
            writeShared(array);
        } else if (value instanceof long[] array) {
            out.writeInt(array.length);
            for (long element : array) {
                out.writeLong(element);
            }
        } else if (value instanceof double[] array) {
            out.writeInt(array.length);
            for (double element : array) {
                out.writeLong(Double.doubleToRawLongBits(element));
            }
        } else {
            throw new IllegalStateException("cannot write a " + value.getClass());
        }
    }

    private void writeComponent(Object value, RecordComponent component) throws IOException {
        Object part = part(value, component);
        if (RecordTypes.mayBeNull(component)) {
            out.writeBoolean(part != null);
        }
        if (part != null) {
            write(part, component.getGenericType());
        } else if (!RecordTypes.mayBeNull(component)) {
            throw new IllegalStateException(component + " is null");
        }
    }

    private static @Nullable Object part(Object value, RecordComponent component) {
        try {
            return component.getAccessor().invoke(value);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(component + " cannot be read", e);
        }
    }

    private void write(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private void write(int[] array) throws IOException {
        out.writeInt(array.length);
        for (int element : array) {
            out.writeInt(element);
        }
    }

    private void write(ChannelOrder order) throws IOException {
        Integer before = orders.putIfAbsent(order, orders.size());
        out.writeInt(before == null ? NEW : before);
        if (before == null) {
            out.writeInt(order.block());
            int[] channels = new int[order.slots()];
            for (int slot = 0; slot < channels.length; slot++) {
                channels[slot] = order.channel(slot);
            }
            write(channels);
        }
    }

    private void writeShared(float[] array) throws IOException {
        Integer before = arrays.putIfAbsent(array, arrays.size());
        String name = ofModel.get(array);
        if (before != null) {
            out.writeInt(before);
        } else if (name != null) {
            out.writeInt(OF_MODEL);
            write(name);
        } else {
            out.writeInt(NEW);
            out.writeInt(array.length);
            ByteBuffer chunk = ByteBuffer.allocate(Float.BYTES * Math.min(CHUNK, array.length));
            for (int from = 0; from < array.length; from += CHUNK) {
                int count = Math.min(CHUNK, array.length - from);
                chunk.asFloatBuffer().put(array, from, count);
                out.write(chunk.array(), 0, Float.BYTES * count);
            }
        }
    }
}
