package dev.lanewise.spark.model;

import dev.lanewise.arrow.image.ImageLimits;
import dev.lanewise.arrow.preprocess.Channels;
import dev.lanewise.arrow.preprocess.Crop;
import dev.lanewise.arrow.preprocess.Preprocessing;
import dev.lanewise.arrow.preprocess.Resize;
import dev.lanewise.arrow.score.Activation;
import dev.lanewise.arrow.score.ScoringOptions;
import dev.lanewise.engine.ModelOptions;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A model that Spark's settings describe, as {@code spark.lanewise.model.<name>.<setting>}. The settings are {@code path}
 * (needed) and
 *
 * <ul>
 *   <li>{@code labels}: a text file with one class a line
 *   <li>{@code preset}, {@code resize}, {@code crop}, {@code mean}, {@code std}, {@code channels}: how images are
 *       prepared, see {@link Preprocessing#preset}; a {@code resize} or {@code crop} of 0 is none
 *   <li>{@code activation}: {@code auto}, {@code softmax} or {@code none}
 *   <li>{@code topK}: how many classes {@code top} names
 *   <li>{@code maxPixels}: the most pixels of an image
 *   <li>{@code winograd}: false to compute 3x3 convolutions directly
 * </ul>
 *
 * <p>For all models count {@code spark.lanewise.batchSize}, {@code spark.lanewise.maxBatchBytes} and {@code
 * spark.lanewise.threads}.
 *
 * @param name what SQL calls the model; a model named by its path has that path as its name
 * @param path where the ONNX file is
 * @param labelsPath where the classes' names are; null if there are none
 * @param threads the threads of a task; null to take the task's CPUs
 */
public record NamedModel(
        String name,
        String path,
        @Nullable String labelsPath,
        ScoringOptions scoring,
        ModelOptions options,
        @Nullable Integer threads) {

    public static final int DEFAULT_TOP_K = 5;

    private static final String ALL = "spark.lanewise.";
    private static final String PREFIX = ALL + "model.";
    private static final Set<String> SETTINGS = new TreeSet<>(List.of(
            "path",
            "labels",
            "preset",
            "resize",
            "crop",
            "mean",
            "std",
            "channels",
            "activation",
            "topK",
            "maxPixels",
            "winograd"));

    /** What settings have a name for that a program calls otherwise: not within a word, or a setting that is named in full. */
    private static final Pattern SHARED = Pattern.compile("(?<![\\w.])(batchSize|maxBatchBytes)(?!\\w)");

    /**
     * All models that the settings name, by name.
     *
     * @param conf Spark's settings
     * @throws IllegalArgumentException if a setting is unknown, has no such value, or a model has no path
     */
    public static List<NamedModel> all(Map<String, String> conf) {
        return names(conf).stream().map(name -> named(name, conf)).toList();
    }

    /**
     * The model that SQL means: one of the settings, or the file at a path.
     *
     * @throws IllegalArgumentException if there is no such name and it is no path either, or the settings are wrong
     */
    public static NamedModel find(String nameOrPath, Map<String, String> conf) {
        Set<String> names = names(conf);
        if (names.contains(nameOrPath)) {
            return named(nameOrPath, conf);
        }
        if (nameOrPath.contains("/") || nameOrPath.toLowerCase(Locale.ROOT).endsWith(".onnx")) {
            return of(nameOrPath, Map.of("path", nameOrPath), conf);
        }
        throw new IllegalArgumentException("no model is named '" + nameOrPath + "'; "
                + (names.isEmpty() ? "no models are" : String.join(", ", names) + (names.size() == 1 ? " is" : " are"))
                + " named by " + PREFIX + "<name>.path. A path is taken as it is if it has a / or ends in .onnx");
    }

    /** A message of the layers beneath, whose options are named as settings. */
    public static String inSettings(String message) {
        return SHARED.matcher(message).replaceAll(ALL + "$1");
    }

    /** The names that settings give to models, whether these are all right or not. */
    public static Set<String> names(Map<String, String> conf) {
        return conf.keySet().stream()
                .filter(key -> key.startsWith(PREFIX) && key.lastIndexOf('.') > PREFIX.length())
                .map(key -> key.substring(PREFIX.length(), key.lastIndexOf('.')))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static NamedModel named(String name, Map<String, String> conf) {
        String prefix = PREFIX + name + ".";
        Map<String, String> settings = new TreeMap<>();
        conf.forEach((key, value) -> {
            if (key.startsWith(prefix) && key.lastIndexOf('.') == prefix.length() - 1) {
                settings.put(key.substring(prefix.length()), value);
            }
        });
        for (String setting : settings.keySet()) {
            if (!SETTINGS.contains(setting)) {
                throw new IllegalArgumentException(
                        "unknown setting " + prefix + setting + "; there are " + String.join(", ", SETTINGS));
            }
        }
        if (!settings.containsKey("path")) {
            throw new IllegalArgumentException(
                    "model '" + name + "' has no path; set " + prefix + "path to its ONNX file");
        }
        return of(name, settings, conf);
    }

    private static NamedModel of(String name, Map<String, String> settings, Map<String, String> conf) {
        Settings own = new Settings(PREFIX + name + ".", settings);
        Settings shared = new Settings(ALL, Map.of()).over(conf);
        ScoringOptions scoring = ScoringOptions.of(preprocessing(own))
                .withTopK(own.read("topK", DEFAULT_TOP_K, Integer::valueOf))
                .withActivation(own.read("activation", Activation.AUTO, constant(Activation.class)))
                .withLimits(
                        own.read("maxPixels", ImageLimits.DEFAULT, pixels -> new ImageLimits(Long.parseLong(pixels))))
                .withBatchSize(shared.read("batchSize", ScoringOptions.DEFAULT_BATCH_SIZE, Integer::valueOf))
                .withMaxBatchBytes(shared.read("maxBatchBytes", ScoringOptions.DEFAULT_MAX_BATCH_BYTES, Long::valueOf));
        boolean winograd = own.read("winograd", true, NamedModel::bool);
        String threads = shared.values().get("threads");
        return new NamedModel(
                name,
                String.valueOf(settings.get("path")),
                settings.get("labels"),
                scoring,
                new ModelOptions(winograd),
                threads == null ? null : shared.read("threads", 1, Integer::valueOf));
    }

    private static Preprocessing preprocessing(Settings own) {
        Preprocessing preset = own.read("preset", Preprocessing.preset("imagenet"), Preprocessing::preset);
        return preset.withResize(own.read("resize", preset.resize(), NamedModel::resize))
                .withCrop(own.read("crop", preset.crop(), NamedModel::crop))
                .withMean(own.read("mean", preset.mean(), NamedModel::floats))
                .withStd(own.read("std", preset.std(), NamedModel::floats))
                .withChannels(
                        own.values().containsKey("channels")
                                ? own.read("channels", Channels.RGB, constant(Channels.class))
                                : preset.channels());
    }

    private static Resize resize(String pixels) {
        return pixels.equals("0") ? Resize.NONE : Resize.shorterSide(Integer.parseInt(pixels));
    }

    private static Crop crop(String pixels) {
        return pixels.equals("0") ? Crop.NONE : Crop.square(Integer.parseInt(pixels));
    }

    private static float[] floats(String values) {
        String[] texts = values.split(",", -1);
        float[] floats = new float[texts.length];
        for (int i = 0; i < texts.length; i++) {
            floats[i] = Float.parseFloat(texts[i].strip());
        }
        return floats;
    }

    private static boolean bool(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("not true or false");
        };
    }

    private static <E extends Enum<E>> Function<String, E> constant(Class<E> type) {
        return value -> Stream.of(type.getEnumConstants())
                .filter(constant -> constant.name().equalsIgnoreCase(value))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "known are " + Arrays.toString(type.getEnumConstants()).toLowerCase(Locale.ROOT)));
    }

    /** Settings below one prefix, which messages name them by. */
    private record Settings(String prefix, Map<String, String> values) {

        Settings over(Map<String, String> conf) {
            Map<String, String> below = new TreeMap<>();
            conf.forEach((key, value) -> {
                if (key.startsWith(prefix)) {
                    below.put(key.substring(prefix.length()), value);
                }
            });
            return new Settings(prefix, below);
        }

        <T> T read(String setting, T otherwise, Function<String, T> parser) {
            String value = values.get(setting);
            if (value == null) {
                return otherwise;
            }
            try {
                return parser.apply(value.strip());
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        prefix + setting + " is '" + value + "': "
                                + (e instanceof NumberFormatException ? "not a number" : e.getMessage()),
                        e);
            }
        }
    }
}
