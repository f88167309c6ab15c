package dev.lanewise.benchmarks.conv;

import dev.lanewise.benchmarks.measure.NameFilter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** The convolutions that Lanewise is measured on: the layers of well-known networks, and what lies between them. */
public final class ConvBenchmarks {

    private static final int BATCH = 8;

    /** Multiply-adds that a layer drawn by chance has at least, and at most. */
    private static final long LEAST_WORK = 1_000_000;

    private static final long MOST_WORK = 200_000_000;

    private ConvBenchmarks() {}

    /** All of them, one image at a time unless the name says otherwise. */
    public static List<ConvBenchmark> all() {
        List<ConvBenchmark> all = new ArrayList<>();
        all.addAll(resNeXt());
        all.addAll(groupsBetweenDenseAndDepthwise(256, 28, List.of(1, 2, 4, 8, 16, 64, 128, 256)));
        all.addAll(groupsBetweenDenseAndDepthwise(64, 56, List.of(1, 2, 4, 8, 16, 32, 64)));
        all.addAll(regNet());
        all.addAll(depthwise());
        all.addAll(pointwise());
        all.add(ConvBenchmark.of(3, 256, 256, 1, 28).byWinograd());
        all.add(ConvBenchmark.of(3, 64, 64, 1, 56).byWinograd());
        all.add(ConvBenchmark.of(7, 3, 64, 1, 224).strided());
        all.add(ConvBenchmark.of(3, 3, 32, 1, 224).strided());
        all.add(ConvBenchmark.of(3, 256, 256, 1, 28).dilated());
        for (ConvBenchmark batched : List.of(
                grouped(3, 128, 32, 56),
                grouped(3, 256, 32, 28),
                grouped(3, 1024, 32, 7),
                grouped(3, 384, 384, 14),
                ConvBenchmark.of(3, 256, 256, 1, 28))) {
            all.add(batched.batched(BATCH));
        }
        return List.copyOf(all);
    }

    /** One or two of every kind. */
    public static List<ConvBenchmark> quick() {
        return List.of(
                grouped(3, 128, 32, 56),
                grouped(3, 256, 32, 28),
                grouped(3, 512, 32, 14),
                grouped(3, 1024, 32, 7),
                grouped(3, 256, 128, 28),
                ConvBenchmark.of(3, 256, 256, 1, 28),
                grouped(3, 384, 384, 14),
                grouped(3, 144, 144, 56).strided(),
                ConvBenchmark.of(1, 64, 256, 1, 56),
                ConvBenchmark.of(1, 256, 1024, 1, 14).withResidual(),
                ConvBenchmark.of(1, 512, 2048, 1, 7),
                ConvBenchmark.of(7, 3, 64, 1, 224).strided());
    }

    /**
     * Layers that nobody had in mind when the cost model was made: drawn by chance, of 1 to 200 million multiply-adds, none of
     * them among {@link #all}.
     */
    public static List<ConvBenchmark> seeded(int count, long seed) {
        Random random = new Random(seed);
        Set<String> names = new HashSet<>();
        all().forEach(benchmark -> names.add(benchmark.name()));
        List<ConvBenchmark> seeded = new ArrayList<>();
        while (seeded.size() < count) {
            ConvBenchmark benchmark = random(random);
            long multiplyAdds = benchmark.workload().multiplyAdds();
            if (multiplyAdds >= LEAST_WORK && multiplyAdds <= MOST_WORK && names.add(benchmark.name())) {
                seeded.add(benchmark);
            }
        }
        return List.copyOf(seeded);
    }

    private static ConvBenchmark random(Random random) {
        int kernel = List.of(1, 1, 3, 3, 3, 5, 7).get(random.nextInt(7));
        int groups =
                List.of(1, 1, 2 + random.nextInt(15), 17 + random.nextInt(240)).get(random.nextInt(4));
        int perGroup = 1 + random.nextInt(Math.max(1, 512 / groups));
        boolean square = random.nextBoolean();
        int outputsPerGroup = square ? perGroup : 1 + random.nextInt(Math.max(1, 512 / groups));
        ConvBenchmark benchmark = ConvBenchmark.of(
                kernel, groups * perGroup, groups * outputsPerGroup, groups, Math.max(kernel, 5 + random.nextInt(56)));
        return random.nextInt(4) == 0 ? benchmark.strided() : benchmark;
    }

    /** @throws IllegalArgumentException if no workload has this name */
    public static ConvBenchmark named(String name) {
        return all().stream()
                .filter(benchmark -> benchmark.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no workload is called " + name));
    }

    /** Those whose name matches a filter. */
    public static List<ConvBenchmark> matching(List<ConvBenchmark> benchmarks, NameFilter filter) {
        return benchmarks.stream()
                .filter(benchmark -> filter.matches(benchmark.name()))
                .toList();
    }

    private static List<ConvBenchmark> resNeXt() {
        return List.of(
                grouped(3, 128, 32, 56),
                grouped(3, 256, 32, 28),
                grouped(3, 256, 32, 56).strided(),
                grouped(3, 512, 32, 14),
                grouped(3, 1024, 32, 7));
    }

    private static List<ConvBenchmark> groupsBetweenDenseAndDepthwise(int channels, int size, List<Integer> groups) {
        return groups.stream().map(count -> grouped(3, channels, count, size)).toList();
    }

    private static List<ConvBenchmark> regNet() {
        return List.of(grouped(3, 400, 25, 14), grouped(3, 104, 13, 28), grouped(3, 440, 55, 7));
    }

    private static List<ConvBenchmark> depthwise() {
        return List.of(
                grouped(3, 32, 32, 112),
                grouped(3, 144, 144, 56).strided(),
                grouped(3, 384, 384, 14),
                grouped(3, 960, 960, 7),
                grouped(5, 240, 240, 14),
                grouped(5, 144, 144, 56).strided());
    }

    private static List<ConvBenchmark> pointwise() {
        return List.of(
                ConvBenchmark.of(1, 64, 256, 1, 56),
                ConvBenchmark.of(1, 256, 64, 1, 56),
                ConvBenchmark.of(1, 512, 2048, 1, 7),
                ConvBenchmark.of(1, 1024, 256, 1, 14),
                grouped(1, 240, 3, 28),
                ConvBenchmark.of(1, 256, 1024, 1, 14).withResidual(),
                ConvBenchmark.of(1, 512, 2048, 1, 7).withResidual(),
                ConvBenchmark.of(1, 256, 512, 1, 56).strided(),
                grouped(1, 60, 3, 28));
    }

    private static ConvBenchmark grouped(int kernel, int channels, int groups, int size) {
        return ConvBenchmark.of(kernel, channels, channels, groups, size);
    }
}
