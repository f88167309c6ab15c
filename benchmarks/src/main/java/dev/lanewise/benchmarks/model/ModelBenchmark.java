package dev.lanewise.benchmarks.model;

import dev.lanewise.engine.zoo.Zoo;
import java.nio.file.Path;

/** A network to be measured. */
public sealed interface ModelBenchmark {

    /** What it is called in the report. */
    String name();

    /** What Lanewise wants to reach on it. */
    Target target();

    /**
     * One of the zoo, for images of the size of the papers. Its file is written for the run.
     *
     * @param target what Lanewise wants to reach on it
     */
    record Seeded(Zoo zoo, Target target) implements ModelBenchmark {

        @Override
        public String name() {
            return zoo.toString();
        }
    }

    /** A user's file, of which nothing is demanded. */
    record Stored(Path file) implements ModelBenchmark {

        @Override
        public String name() {
            return file.toAbsolutePath().normalize().getFileName().toString();
        }

        @Override
        public Target target() {
            return Target.NONE;
        }
    }
}
