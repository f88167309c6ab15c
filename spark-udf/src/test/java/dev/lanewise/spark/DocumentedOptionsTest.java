package dev.lanewise.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lanewise.spark.ml.OnnxImageTransformer;
import dev.lanewise.spark.model.NamedModel;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.ml.param.Param;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The table of options in docs/spark.md has what the code has. */
class DocumentedOptionsTest {

    private static final String HEADING = "| builder | transformer | setting | default | meaning |";

    /** A line of the table: the three names, and the default as text; empty where there is none. */
    private record Option(String builder, String transformer, String setting, String defaultText) {}

    private static List<Option> options;

    @BeforeAll
    static void read() throws IOException {
        options = Files.readAllLines(Path.of("..", "docs", "spark.md")).stream()
                .dropWhile(line -> !line.equals(HEADING))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .map(line -> line.split("\\|", -1))
                .map(cells -> new Option(plain(cells[1]), plain(cells[2]), plain(cells[3]), plain(cells[4])))
                .toList();
    }

    @Test
    void hasEveryMethodOfTheBuilder() {
        Set<String> methods = Stream.of(InferenceOptions.Builder.class.getDeclaredMethods())
                .filter(method -> method.getReturnType() == InferenceOptions.Builder.class)
                .map(Method::getName)
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(methods, names(options.stream().map(Option::builder)));
    }

    @Test
    void hasEveryParameterOfTheTransformerWithItsDefault() {
        OnnxImageTransformer transformer = new OnnxImageTransformer();
        Map<String, String> documented = options.stream()
                .filter(option -> !option.transformer().isEmpty())
                .collect(Collectors.toMap(Option::transformer, Option::defaultText));
        Map<String, String> actual = Stream.of(transformer.params())
                .collect(Collectors.toMap(
                        Param::name,
                        param -> transformer.hasDefault(param)
                                ? String.valueOf(transformer.getDefault(param).get())
                                : ""));
        assertEquals(actual, documented);
    }

    @Test
    void hasEverySettingOfANamedModel() {
        String refusal = String.valueOf(assertThrows(
                        IllegalArgumentException.class,
                        () -> NamedModel.all(Map.of("spark.lanewise.model.clothes.unknown", "1")))
                .getMessage());
        Set<String> settings = new TreeSet<>(
                List.of(refusal.substring(refusal.indexOf("there are ") + 10).split(", ")));
        assertEquals(settings, names(options.stream().map(Option::setting)));
    }

    private static Set<String> names(Stream<String> cells) {
        return cells.filter(name -> !name.isEmpty()).collect(Collectors.toCollection(TreeSet::new));
    }

    private static String plain(String cell) {
        return cell.strip().replace("`", "");
    }
}
