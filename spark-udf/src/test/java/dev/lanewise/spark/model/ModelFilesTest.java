package dev.lanewise.spark.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.engine.ModelException;
import dev.lanewise.engine.ModelSource;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFilesTest {

    private static final Path MODEL = Path.of("..", "examples", "fashion-mnist", "fmnist-grouped.onnx");

    private final Configuration configuration = new Configuration();

    ModelFilesTest() {
        configuration.set("fs.elsewhere.impl", Elsewhere.class.getName());
    }

    @Test
    void readsLocalFilesWithAndWithoutAScheme(@TempDir Path folder) throws IOException {
        Path odd = Files.copy(MODEL, folder.resolve("my model, 100% mine.onnx"));
        ModelSource expected = ModelSource.read(MODEL);
        assertEquals(
                expected.contentHash(),
                ModelFiles.read(odd.toString(), configuration).contentHash());
        assertEquals(
                expected.contentHash(),
                ModelFiles.read("file:" + MODEL.toAbsolutePath().normalize(), configuration)
                        .contentHash());
    }

    @Test
    void readsAnyFileSystemOfHadoop() throws IOException {
        ModelSource source =
                ModelFiles.read("elsewhere://host" + MODEL.toAbsolutePath().normalize(), configuration);
        assertArrayEquals(Files.readAllBytes(MODEL), source.onnx());
        assertEquals(ModelSource.read(MODEL).contentHash(), source.contentHash());
        assertTrue(source.name().startsWith("elsewhere://host/"), source.name());
    }

    @Test
    void aPathWithoutASchemeIsLocalWhereItExists(@TempDir Path folder) throws IOException {
        configuration.set("fs.defaultFS", "elsewhere://host");
        Path local = Files.copy(MODEL, folder.resolve("model.onnx"));
        assertEquals(
                local.toString(),
                ModelFiles.read(local.toString(), configuration).name());
        Files.delete(local);
        String message = String.valueOf(
                assertThrows(ModelException.class, () -> ModelFiles.read(local.toString(), configuration))
                        .getCause());
        assertTrue(message.contains("FileNotFoundException"), message);
    }

    @Test
    void saysWhatIsWrongWithAPath(@TempDir Path folder) {
        assertMessage(folder.resolve("none.onnx").toString(), "does not exist");
        assertMessage("elsewhere://host" + folder.resolve("none.onnx"), "does not exist");
        assertMessage(folder.toString(), "is a folder");
        assertMessage("nosuch://bucket/model.onnx", "nosuch");
        assertMessage("a:b.onnx", "a:b.onnx");
    }

    private void assertMessage(String location, String part) {
        String message =
                String.valueOf(assertThrows(ModelException.class, () -> ModelFiles.read(location, configuration))
                        .getMessage());
        assertTrue(message.contains(part) && message.contains(location), message);
        assertEquals(1, message.lines().count(), message);
    }

    /** Local files under another scheme, as a store that is not the local disk. */
    public static final class Elsewhere extends RawLocalFileSystem {

        @Override
        public URI getUri() {
            return URI.create("elsewhere://host");
        }

        @Override
        protected void checkPath(org.apache.hadoop.fs.Path path) {}
    }
}
