package dev.lanewise.benchmarks.model;

import dev.lanewise.engine.zoo.Zoo;
import java.util.List;
import java.util.Set;

/** The well-known networks that Lanewise is measured on. */
public final class ModelBenchmarks {

    private static final Set<Zoo> QUICK =
            Set.of(Zoo.RESNET_50, Zoo.RESNEXT_50_32X4D, Zoo.MOBILENET_V2, Zoo.SHUFFLENET_V1_G3, Zoo.RESNET_18);

    private ModelBenchmarks() {}

    /** All of them. */
    public static List<ModelBenchmark> all() {
        return List.of(
                new ModelBenchmark.Seeded(Zoo.RESNET_50, new Target(1.2, 8.0, 20.0, 64.0)),
                seeded(Zoo.RESNEXT_50_32X4D, 1.1),
                seeded(Zoo.RESNEXT_101_32X8D, 1.15),
                seeded(Zoo.REGNETX_400MF, 1.2),
                seeded(Zoo.SHUFFLENET_V1_G3, 1.6),
                seeded(Zoo.SHUFFLENET_V2, 1.15),
                seeded(Zoo.MOBILENET_V2, 1.15),
                seeded(Zoo.MOBILENET_V3_LARGE, 1.15),
                seeded(Zoo.EFFICIENTNET_B0, 1.15),
                seeded(Zoo.REGNETY_400MF, 1.15),
                seeded(Zoo.RESNET_18, 1.3),
                seeded(Zoo.VGG_16, 1.3),
                seeded(Zoo.SQUEEZENET_1_1, 1.0),
                seeded(Zoo.DENSENET_121, 1.0),
                seeded(Zoo.GOOGLENET, 1.0));
    }

    /** One of every kind. */
    public static List<ModelBenchmark> quick() {
        return all().stream()
                .filter(benchmark -> benchmark instanceof ModelBenchmark.Seeded seeded && QUICK.contains(seeded.zoo()))
                .toList();
    }

    private static ModelBenchmark seeded(Zoo zoo, double speedup) {
        return new ModelBenchmark.Seeded(zoo, Target.speedup(speedup));
    }
}
