package dev.lanewise.benchmarks.conv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.benchmarks.measure.NameFilter;
import dev.lanewise.kernels.workload.ConvWorkload;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConvBenchmarksTest {

    private static final List<String> NAMES =
            ConvBenchmarks.all().stream().map(ConvBenchmark::name).toList();

    @Test
    void everyNameIsThereOnce() {
        assertEquals(48, NAMES.size());
        assertEquals(48, new HashSet<>(NAMES).size());
    }

    @Test
    void everyGroupCountBetweenDenseAndDepthwiseIsThere() {
        for (int groups : new int[] {1, 2, 4, 8, 16, 32, 64, 128, 256}) {
            assertTrue(NAMES.contains("3x3_c256_g" + groups + "_28x28"), "groups " + groups);
        }
        for (int groups : new int[] {1, 2, 4, 8, 16, 32, 64}) {
            assertTrue(NAMES.contains("3x3_c64_g" + groups + "_56x56"), "groups " + groups);
        }
    }

    @ParameterizedTest
    @CsvSource({
        // name, input channels, output channels, output height, multiply-adds, class
        "3x3_c128_g32_56x56, 128, 128, 56, 14450688, GROUPS_OF_4",
        "3x3_c256_g32_56x56_s2, 256, 256, 28, 14450688, GROUPS_OF_8",
        "3x3_c512_g32_14x14, 512, 512, 14, 14450688, GROUPS_OF_16",
        "3x3_c1024_g32_7x7, 1024, 1024, 7, 14450688, GROUPS_OF_32",
        "3x3_c256_g128_28x28, 256, 256, 28, 3612672, GROUPS_OF_2",
        "3x3_c400_g25_14x14, 400, 400, 14, 11289600, GROUPS_OF_16",
        "3x3_c104_g13_28x28, 104, 104, 28, 5870592, GROUPS_OF_8",
        "3x3_c440_g55_7x7, 440, 440, 7, 1552320, GROUPS_OF_8",
        "3x3_c32_g32_112x112, 32, 32, 112, 3612672, DEPTHWISE",
        "3x3_c144_g144_56x56_s2, 144, 144, 28, 1016064, DEPTHWISE",
        "5x5_c240_g240_14x14, 240, 240, 14, 1176000, DEPTHWISE",
        "5x5_c144_g144_56x56_s2, 144, 144, 28, 2822400, DEPTHWISE",
        "1x1_c64-256_g1_56x56, 64, 256, 56, 51380224, POINTWISE",
        "1x1_c1024-256_g1_14x14, 1024, 256, 14, 51380224, POINTWISE",
        "1x1_c512-2048_g1_7x7, 512, 2048, 7, 51380224, POINTWISE_HARD",
        "1x1_c256-1024_g1_14x14_residual, 256, 1024, 14, 51380224, POINTWISE_HARD",
        "1x1_c256-512_g1_56x56_s2, 256, 512, 28, 102760448, POINTWISE",
        "1x1_c240_g3_28x28, 240, 240, 28, 15052800, GROUPS_OF_32",
        "1x1_c60_g3_28x28, 60, 60, 28, 940800, GROUPS_OF_16",
        "7x7_c3-64_g1_224x224_s2, 3, 64, 112, 118013952, FIRST_LAYER",
        "3x3_c3-32_g1_224x224_s2, 3, 32, 112, 10838016, FIRST_LAYER",
        "3x3_c256_g1_28x28_d2, 256, 256, 28, 462422016, DENSE",
        "3x3_c128_g32_56x56_b8, 128, 128, 56, 115605504, GROUPS_OF_4"
    })
    void aNameSaysTheShape(
            String name, int inputChannels, int outputChannels, int outputHeight, long multiplyAdds, ConvClass kind) {
        ConvBenchmark benchmark = ConvBenchmarks.named(name);
        ConvWorkload workload = benchmark.workload();
        assertEquals(inputChannels, workload.inputChannels());
        assertEquals(outputChannels, workload.outputChannels());
        assertEquals(outputHeight, workload.outputHeight());
        assertEquals(multiplyAdds, workload.multiplyAdds());
        assertEquals(kind, benchmark.kind());
        assertEquals(
                name.contains("residual") ? "biasResidualRelu" : "biasRelu",
                workload.epilogue().label());
    }

    @Test
    void quickOnesAreTwelveOfAll() {
        List<String> quick =
                ConvBenchmarks.quick().stream().map(ConvBenchmark::name).toList();
        assertEquals(12, new HashSet<>(quick).size());
        assertTrue(NAMES.containsAll(quick), quick.toString());
    }

    @Test
    void fiveAreBatched() {
        assertEquals(5, NAMES.stream().filter(name -> name.endsWith("_b8")).count());
    }

    @Test
    void onlyWhatKeepsItsShapeChains() {
        assertTrue(ConvBenchmarks.named("3x3_c256_g1_28x28_d2").chains());
        for (String name : List.of("3x3_c256_g32_56x56_s2", "1x1_c64-256_g1_56x56", "1x1_c512-2048_g1_7x7_residual")) {
            assertEquals(false, ConvBenchmarks.named(name).chains(), name);
        }
    }

    @Test
    void filtersByPartsOfNames() {
        assertEquals(
                5,
                ConvBenchmarks.matching(ConvBenchmarks.all(), new NameFilter("_B8"))
                        .size());
        assertEquals(
                List.of("3x3_c400_g25_14x14", "3x3_c104_g13_28x28"),
                ConvBenchmarks.matching(ConvBenchmarks.all(), new NameFilter("g25_, g13_")).stream()
                        .map(ConvBenchmark::name)
                        .toList());
        assertEquals(List.of(), ConvBenchmarks.matching(ConvBenchmarks.all(), new NameFilter("9x9")));
        assertEquals(List.of(), ConvBenchmarks.matching(ConvBenchmarks.all(), new NameFilter(",")));
        assertThrows(IllegalArgumentException.class, () -> ConvBenchmarks.named("9x9"));
    }

    @Test
    void convolutionsDrawnByChanceAreTheSameForASeedAndNoneOfThoseMeasured() {
        List<ConvBenchmark> drawn = ConvBenchmarks.seeded(20, 7);

        assertEquals(drawn, ConvBenchmarks.seeded(20, 7));
        assertNotEquals(drawn, ConvBenchmarks.seeded(20, 8));
        Set<String> names = drawn.stream().map(ConvBenchmark::name).collect(Collectors.toSet());
        assertEquals(20, names.size());
        ConvBenchmarks.all().forEach(measured -> assertFalse(names.contains(measured.name()), measured.name()));
    }
}
