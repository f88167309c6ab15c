package dev.lanewise.engine;

import dev.lanewise.kernels.tensor.Shape;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Changes one number, name or list somewhere in a record, however deep: what comes out has the right structure. */
final class Forger {

    private static final int[] HOSTILE = {
        0, 1, -1, 2, 3, 16, 1000, 65_536, 1 << 30, Integer.MAX_VALUE, Integer.MIN_VALUE
    };

    private final Random random;

    /** How many changeable values are still to pass; the one at 0 is changed. */
    private int left;

    private String changed = "";

    Forger(long seed) {
        random = new Random(seed);
    }

    /** What the last forgery changed. */
    String changed() {
        return changed;
    }

    /** @throws IllegalArgumentException if a record's constructor refuses the change, as it would when it is read */
    <T extends Record> T forge(T value) {
        left = Integer.MAX_VALUE;
        copy(value, "");
        left = random.nextInt(Integer.MAX_VALUE - left);
        changed = "";
        return castRecord(value, copy(value, value.getClass().getSimpleName()));
    }

    @SuppressWarnings("unchecked")
    private static <T extends Record> T castRecord(T like, Object value) {
        return (T) like.getClass().cast(value);
    }

    /** The value itself, unless the change is in it. */
    private Object copy(Object value, String where) {
        if (value instanceof Record record) {
            return copyRecord(record, where);
        } else if (value instanceof List<?> list) {
            return copyList(list, where);
        } else if (value instanceof Map<?, ?> map) {
            Map<Object, Object> copy = new LinkedHashMap<>();
            map.forEach((key, element) -> copy.put(key, copy(element, where + "[" + key + "]")));
            return copy;
        } else if (value instanceof Shape shape) {
            return turn(where) ? other(shape) : shape;
        } else if (value instanceof Integer number) {
            return turn(where) ? (Object) other(number) : number;
        } else if (value instanceof Long number) {
            return turn(where) ? (Object) (long) other((int) (long) number) : number;
        } else if (value instanceof Boolean flag) {
            return turn(where) ? (Object) !flag : flag;
        } else if (value instanceof String text) {
            return turn(where) ? "forged" : text;
        } else if (value instanceof Enum<?> constant) {
            Object[] all = constant.getDeclaringClass().getEnumConstants();
            return turn(where) ? all[random.nextInt(all.length)] : constant;
        } else if (value instanceof float[] array) {
            return turn(where) ? new float[Math.max(0, array.length + random.nextInt(3) - 2)] : array;
        }
        return value;
    }

    private boolean turn(String where) {
        if (left-- == 0) {
            changed = where;
            return true;
        }
        return false;
    }

    private int other(int number) {
        return random.nextBoolean() ? HOSTILE[random.nextInt(HOSTILE.length)] : number + random.nextInt(5) - 2;
    }

    private Shape other(Shape shape) {
        int[] dimensions = shape.toArray();
        if (dimensions.length == 0) {
            return Shape.of(2);
        }
        int axis = random.nextInt(dimensions.length);
        dimensions[axis] = other(dimensions[axis]);
        return Shape.of(dimensions);
    }

    private Object copyList(List<?> list, String where) {
        List<Object> copy = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            copy.add(copy(list.get(i), where + "[" + i + "]"));
        }
        if (!copy.isEmpty() && turn(where + " without one")) {
            copy.remove(random.nextInt(copy.size()));
        } else if (copy.size() > 1 && turn(where + " in another order")) {
            copy.add(copy.remove(random.nextInt(copy.size() - 1)));
        } else if (!copy.isEmpty() && turn(where + " with one twice")) {
            copy.add(copy.get(random.nextInt(copy.size())));
        }
        return copy;
    }

    private Object copyRecord(Record record, String where) {
        RecordComponent[] components = record.getClass().getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        @Nullable Object[] values = new @Nullable Object[components.length];
        boolean same = true;
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            Object value = component(record, components[i]);
            values[i] = value == null ? null : copy(value, where + "." + components[i].getName());
            same &= values[i] == value || (value instanceof Number && value.equals(values[i]));
        }
        return same ? record : made(record.getClass(), types, values);
    }

    private static @Nullable Object component(Record record, RecordComponent component) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(component + " cannot be read", e);
        }
    }

    private static Object made(Class<?> type, Class<?>[] types, @Nullable Object[] values) {
        try {
            var constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException(e.getTargetException().getMessage(), e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type + " cannot be made", e);
        }
    }
}
