package dev.lanewise.engine.compiled;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** The records that stand for a sealed interface in a file, by the names they have there: those of the classes. */
final class RecordTypes {

    private static final Map<Class<?>, Map<String, Class<?>>> PERMITTED = new ConcurrentHashMap<>();

    private RecordTypes() {}

    /** All records that implement a sealed interface, those of the interfaces below it included. */
    static Map<String, Class<?>> permitted(Class<?> sealed) {
        return PERMITTED.computeIfAbsent(sealed, type -> {
            Map<String, Class<?>> records = new TreeMap<>();
            collect(type, records);
            return records;
        });
    }

    private static void collect(Class<?> type, Map<String, Class<?>> records) {
        if (type.isRecord()) {
            Class<?> other = records.putIfAbsent(type.getSimpleName(), type);
            if (other != null && other != type) {
                throw new IllegalStateException(type + " and " + other + " have one name");
            }
        } else if (type.isSealed()) {
            for (Class<?> next : type.getPermittedSubclasses()) {
                collect(next, records);
            }
        } else {
            throw new IllegalStateException(type + " is neither a record nor sealed");
        }
    }

    /**
     * A number that tells what a record consists of, down to the last component and enum constant: two programs between which
     * it differs cannot read each other's files.
     */
    static long structure(Class<?> root) {
        Map<String, String> types = new TreeMap<>();
        describe(root, types);
        CRC32C first = new CRC32C();
        CRC32 second = new CRC32();
        types.forEach((name, components) -> {
            byte[] text = (name + components + "\n").getBytes(StandardCharsets.UTF_8);
            first.update(text);
            second.update(text);
        });
        return first.getValue() << 32 | second.getValue();
    }

    private static void describe(Type type, Map<String, String> types) {
        if (type instanceof ParameterizedType generic) {
            for (Type argument : generic.getActualTypeArguments()) {
                describe(argument, types);
            }
        } else if (type instanceof Class<?> plain && !types.containsKey(plain.getName())) {
            if (plain.isEnum()) {
                types.put(plain.getName(), names(plain));
            } else if (plain.isRecord()) {
                StringBuilder text = new StringBuilder();
                for (RecordComponent component : plain.getRecordComponents()) {
                    text.append(' ').append(component.getGenericType().getTypeName());
                    text.append(mayBeNull(component) ? "? " : " ").append(component.getName());
                }
                types.put(plain.getName(), text.toString());
                for (RecordComponent component : plain.getRecordComponents()) {
                    describe(component.getGenericType(), types);
                }
            } else if (plain.isSealed()) {
                types.put(plain.getName(), permitted(plain).keySet().toString());
                permitted(plain).values().forEach(permitted -> describe(permitted, types));
            }
        }
    }

    private static String names(Class<?> constants) {
        return Stream.of(constants.getEnumConstants())
                .map(constant -> ((Enum<?>) constant).name())
                .toList()
                .toString();
    }

    static boolean mayBeNull(RecordComponent component) {
        return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
    }
}
