package dev.lanewise.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The jar that users give to {@code --jars}: all that is needed, nothing that could clash. */
class BundleTest {

    static final Path BUNDLE = Path.of(System.getProperty("lanewise.bundle"));

    /** What is published beside it. */
    static final Path POM = BUNDLE.resolveSibling("published-pom.xml");

    private static final Set<String> KNOWN_ROOTS = Set.of("META-INF", "dev", "profiles");

    @Test
    void holdsNoClassOutsideItsOwnPackages() throws IOException {
        assertEquals(
                List.of(),
                entries().stream()
                        .filter(name -> name.endsWith(".class") && !name.startsWith("dev/lanewise/"))
                        .toList());
    }

    @Test
    void holdsAllOfLanewiseAndWhatItNeeds() throws IOException {
        Set<String> entries = Set.copyOf(entries());
        for (String type : List.of(
                "kernels/tensor/Shape",
                "engine/Model",
                "arrow/score/ImageScorer",
                "spark/ImageInference",
                "spark/plugin/LanewisePlugin",
                "shaded/protobuf/CodedInputStream",
                "shaded/onnx/proto/OnnxMl$ModelProto",
                "shaded/twelvemonkeys/imageio/plugins/jpeg/JPEGImageReaderSpi",
                "shaded/twelvemonkeys/imageio/plugins/webp/WebPImageReaderSpi",
                "shaded/drew/imaging/ImageMetadataReader",
                "shaded/xmp/XMPMetaFactory")) {
            assertTrue(entries.contains("dev/lanewise/" + type + ".class"), type);
        }
    }

    @Test
    void holdsNoBenchmarks() throws IOException {
        assertEquals(
                List.of(),
                entries().stream()
                        .filter(name -> name.startsWith("dev/lanewise/benchmarks/") || name.contains("onnxruntime"))
                        .toList());
    }

    @Test
    void refersToNoLibraryByTheNameItHasElsewhere() throws IOException {
        try (JarFile jar = new JarFile(BUNDLE.toFile())) {
            for (JarEntry entry :
                    jar.stream().filter(e -> e.getName().endsWith(".class")).toList()) {
                String constants = new String(jar.getInputStream(entry).readAllBytes(), StandardCharsets.ISO_8859_1);
                for (String library : List.of(
                        "com/google/protobuf/", "com/twelvemonkeys/", "com/drew/", "com/adobe/", "org/tribuo/")) {
                    assertTrue(!constants.contains(library), entry.getName() + " refers to " + library);
                }
            }
        }
    }

    @Test
    void holdsNoLeftoversOfOtherJars() throws IOException {
        List<String> entries = entries();
        assertEquals(
                List.of(),
                entries.stream()
                        .filter(name -> name.matches("META-INF/(versions|maven)/.*|META-INF/.*\\.(SF|DSA|RSA)")
                                || name.endsWith("module-info.class")
                                || !KNOWN_ROOTS.contains(name.substring(0, name.indexOf('/'))))
                        .toList());
        assertEquals(Set.of(), services(entries));
    }

    @Test
    void namesEveryLicence() throws IOException {
        assertTrue(
                entries().containsAll(List.of("META-INF/LICENSE", "META-INF/LICENSE-BSD-3-Clause", "META-INF/NOTICE")));
    }

    @Test
    void needsNoOtherJarAndNoParent() throws IOException {
        String pom = Files.readString(POM);
        assertTrue(pom.contains("<artifactId>lanewise-spark-4.1_2.13</artifactId>"), pom);
        assertFalse(pom.contains("<dependency>") || pom.contains("<parent>"), pom);
    }

    /** Services that name a class of another library, or one that is not in the jar, would break every ImageIO. */
    private static Set<String> services(List<String> entries) throws IOException {
        try (JarFile jar = new JarFile(BUNDLE.toFile())) {
            return entries.stream()
                    .filter(name -> name.startsWith("META-INF/services/") && !name.endsWith("/"))
                    .filter(name -> !lines(jar, name).stream()
                            .allMatch(type -> entries.contains(type.replace('.', '/') + ".class")))
                    .collect(Collectors.toSet());
        }
    }

    private static List<String> lines(JarFile jar, String entry) {
        try {
            return new String(jar.getInputStream(jar.getEntry(entry)).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.replaceFirst("#.*", "").strip())
                    .filter(line -> !line.isEmpty())
                    .toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static List<String> entries() throws IOException {
        assertTrue(Files.exists(BUNDLE), BUNDLE + " is missing; ./mvnw verify builds it before this module");
        try (JarFile jar = new JarFile(BUNDLE.toFile())) {
            return jar.stream().map(JarEntry::getName).toList();
        }
    }
}
