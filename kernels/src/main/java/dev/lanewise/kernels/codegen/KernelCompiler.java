package dev.lanewise.kernels.codegen;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.codehaus.commons.compiler.CompileException;

/**
 * Compiles the source of kernels and keeps one instance of each class, by its name: the name is a formula of all that
 * its source was generated from. With {@code -Dlanewise.codegen.dump=DIR} every source is written to that folder.
 */
public final class KernelCompiler {

    /** The name of the property that names the folder for sources. */
    public static final String DUMP_PROPERTY = "lanewise.codegen.dump";

    private static final String PACKAGE = "dev.lanewise.generated";
    private static final SourceCompiler COMPILER = new SourceCompiler(KernelCompiler.class.getClassLoader());
    private static final Map<String, Object> INSTANCES = new ConcurrentHashMap<>();

    private KernelCompiler() {}

    /**
     * The one kernel of this name. Its class is public and final, lives in {@code dev.lanewise.generated}, and has the
     * vector species {@code S} as a constant, and those that {@link VectorSource} needs.
     *
     * @param name a Java identifier; the class has this name
     * @param contract the public interface that the class implements
     * @param body writes the members of the class
     */
    public static <T> T kernel(String name, Class<T> contract, VectorWidth width, Function<Source, Source> body) {
        // Not computeIfAbsent: kernels that share a bin of the map would wait for each other's compiler.
        Object kernel = INSTANCES.get(name);
        if (kernel == null) {
            kernel = compile(name, source(name, contract, width, body));
            Object other = INSTANCES.putIfAbsent(name, kernel);
            kernel = other == null ? kernel : other;
        }
        return contract.cast(kernel);
    }

    private static <T> String source(String name, Class<T> contract, VectorWidth width, Function<Source, Source> body) {
        Source source = new Source();
        source.line("package %s;", PACKAGE).blank();
        source.line("import %s.*;", contract.getPackageName());
        source.line("import jdk.incubator.vector.*;").blank();
        source.open("public final class %s implements %s", name, contract.getCanonicalName());
        source.line("private static final VectorSpecies S = %s;", width.species());
        VectorSource.constants(source);
        return body.apply(source.blank()).close().toString();
    }

    private static Object compile(String name, String source) {
        dump(name, source);
        try {
            return COMPILER.compile(name + ".java", source)
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (CompileException | ReflectiveOperationException e) {
            throw new IllegalStateException("kernel " + name + " does not compile: " + e.getMessage(), e);
        }
    }

    private static void dump(String name, String source) {
        String folder = System.getProperty(DUMP_PROPERTY);
        if (folder == null) {
            return;
        }
        try {
            Files.createDirectories(Path.of(folder));
            Files.writeString(Path.of(folder, name + ".java"), source);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "kernel " + name + " cannot be written to -D" + DUMP_PROPERTY + "=" + folder, e);
        }
    }
}
