package dev.lanewise.benchmarks.model;

import dev.lanewise.benchmarks.measure.ForkedJvm;
import dev.lanewise.benchmarks.peer.OrtNetwork;
import dev.lanewise.engine.zoo.Zoo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes networks of the zoo in a JVM of its own: their layers are measured by ONNX Runtime, and the memory of the largest
 * ones is not needed again.
 */
public final class ZooFile {

    private ZooFile() {}

    /** Writes the network named first, for images of the size named second, to the file named third. */
    public static void main(String[] args) throws IOException {
        byte[] onnx = Zoo.valueOf(args[0]).network(Integer.parseInt(args[1])).onnx();
        Files.write(Path.of(args[2]), onnx);
        System.exit(0);
    }

    /**
     * Writes a network for images of so many pixels in height and width.
     *
     * @throws IOException if the other JVM fails, which has said why
     */
    public static void write(Zoo zoo, int imageSize, Path file) throws IOException {
        List<String> arguments = List.of(zoo.name(), Integer.toString(imageSize), file.toString());
        ForkedJvm.run(ZooFile.class, arguments, OrtNetwork.ENVIRONMENT);
    }
}
