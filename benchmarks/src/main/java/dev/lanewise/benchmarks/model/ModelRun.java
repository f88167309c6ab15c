package dev.lanewise.benchmarks.model;

import dev.lanewise.benchmarks.measure.TemporaryFolder;
import dev.lanewise.engine.zoo.Zoo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Has one JVM after another measure every network and puts together what they found.
 *
 * @param forks JVMs for a network, one after the other
 * @param knownPeak GFLOP/s that the cores are known to reach; 0 if nothing is known
 */
public record ModelRun(List<ModelBenchmark> benchmarks, int forks, double knownPeak) {

    public ModelRun {
        if (forks < 1) {
            throw new IllegalArgumentException("there must be at least one fork, not " + forks);
        }
    }

    /** Measures in another JVM; {@link ModelFork#start} does. */
    @FunctionalInterface
    public interface Measuring {
        ModelAnswer measure(ModelRequest request) throws IOException;
    }

    /** Writes a network of the zoo to a file; {@link ZooFile#write} does. */
    @FunctionalInterface
    public interface Writing {
        void write(Zoo zoo, int imageSize, Path file) throws IOException;
    }

    /** The answers about one network. */
    private record Answers(ModelBenchmark benchmark, List<ModelAnswer> all) {}

    /**
     * @param request what to ask, whatever the file
     * @param progress takes a line for every JVM
     */
    public ModelReport measure(ModelRequest request, Measuring measuring, Writing writing, Consumer<String> progress) {
        List<Answers> answers = new ArrayList<>();
        try (TemporaryFolder folder = TemporaryFolder.create()) {
            for (ModelBenchmark benchmark : benchmarks) {
                answers.add(new Answers(benchmark, answers(benchmark, request, measuring, writing, folder, progress)));
            }
        }
        double peak = answers.stream()
                .flatMap(each -> each.all().stream())
                .flatMap(answer -> answer.batches().stream())
                .mapToDouble(
                        figures -> figures.timed() == null ? 0 : figures.timed().peakGflops())
                .reduce(knownPeak, Math::max);
        List<ModelResult> results = new ArrayList<>();
        answers.forEach(each -> results.addAll(results(each, request, peak)));
        return new ModelReport(results);
    }

    private List<ModelAnswer> answers(
            ModelBenchmark benchmark,
            ModelRequest request,
            Measuring measuring,
            Writing writing,
            TemporaryFolder folder,
            Consumer<String> progress) {
        List<ModelAnswer> answers = new ArrayList<>();
        try {
            Path file = file(benchmark, writing, folder, progress);
            for (int fork = 0; fork < forks; fork++) {
                progress.accept(benchmark.name() + ", JVM " + (fork + 1) + " of " + forks);
                ModelAnswer answer = measuring.measure(request.withFile(file.toString()));
                answers.add(answer);
                if (answer.failure() != null) {
                    // It would only fail again.
                    break;
                }
            }
            if (benchmark instanceof ModelBenchmark.Seeded) {
                // The largest have half a gigabyte.
                Files.delete(file);
            }
        } catch (IOException e) {
            answers.add(new ModelAnswer(List.of(), String.valueOf(e.getMessage())));
        }
        return answers;
    }

    private static Path file(
            ModelBenchmark benchmark, Writing writing, TemporaryFolder folder, Consumer<String> progress)
            throws IOException {
        if (benchmark instanceof ModelBenchmark.Stored stored) {
            return stored.file();
        }
        Zoo zoo = ((ModelBenchmark.Seeded) benchmark).zoo();
        Path file = folder.file(zoo.name() + ".onnx");
        progress.accept(benchmark.name() + ": seeding");
        writing.write(zoo, Zoo.IMAGE_SIZE, file);
        return file;
    }

    /** A row for every batch size that any JVM got through, and for every one asked for if one failed before. */
    private static List<ModelResult> results(Answers answers, ModelRequest request, double knownPeak) {
        String failure = answers.all().stream()
                .map(ModelAnswer::failure)
                .filter(each -> each != null)
                .findFirst()
                .orElse(null);
        Set<Integer> batches = new TreeSet<>();
        answers.all().forEach(answer -> answer.batches().forEach(figures -> batches.add(figures.batch())));
        if (failure != null) {
            batches.addAll(request.batches());
        }
        return batches.stream()
                .map(batch -> {
                    List<BatchFigures> forks = answers.all().stream()
                            .flatMap(answer -> answer.batches().stream())
                            .filter(figures -> figures.batch() == batch)
                            .toList();
                    boolean complete = forks.size() == answers.all().size();
                    return new ModelResult(
                            answers.benchmark(), batch, request.threads(), forks, complete ? null : failure, knownPeak);
                })
                .toList();
    }
}
