package dev.lanewise.engine.zoo;

import static java.util.Map.entry;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.engine.ModelSource;
import dev.lanewise.engine.compile.Compiler;
import dev.lanewise.engine.graph.Graph;
import dev.lanewise.engine.graph.Node;
import dev.lanewise.engine.onnx.OnnxReader;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How many nodes of each operator compilation leaves of every network, so that what it no longer fuses shows. */
class ZooCompilationTest {

    private static final int SIZE = 64;

    /** To measure them would take half of the time. */
    private static final Set<Zoo> HUGE = EnumSet.of(Zoo.RESNEXT_101_32X8D, Zoo.VGG_16);

    /** The scale of squeeze-and-excitation is a product, and DenseNet's last normalisation, before its pooling, stands alone. */
    private static final Map<Zoo, String> OPERATORS = Map.ofEntries(
            entry(Zoo.RESNET_18, "Flatten=1, FusedConv=20, FusedGemm=1, GlobalAveragePool=1, MaxPool=1"),
            entry(Zoo.RESNET_50, "Flatten=1, FusedConv=53, FusedGemm=1, GlobalAveragePool=1, MaxPool=1"),
            entry(Zoo.RESNEXT_50_32X4D, "Flatten=1, FusedConv=53, FusedGemm=1, GlobalAveragePool=1, MaxPool=1"),
            entry(Zoo.RESNEXT_101_32X8D, "Flatten=1, FusedConv=104, FusedGemm=1, GlobalAveragePool=1, MaxPool=1"),
            entry(Zoo.REGNETX_400MF, "Flatten=1, FusedConv=71, FusedGemm=1, GlobalAveragePool=1"),
            entry(Zoo.REGNETY_400MF, "Flatten=1, FusedConv=85, FusedGemm=1, GlobalAveragePool=17, Mul=16"),
            entry(
                    Zoo.SHUFFLENET_V1_G3,
                    "AveragePool=3, ChannelShuffle=16, Concat=3, Flatten=1, "
                            + "FusedConv=49, FusedGemm=1, GlobalAveragePool=1, MaxPool=1, Relu=3"),
            entry(
                    Zoo.SHUFFLENET_V2,
                    "ChannelShuffle=16, Concat=16, Flatten=1, FusedConv=56, "
                            + "FusedGemm=1, GlobalAveragePool=1, MaxPool=1, Split=13"),
            entry(Zoo.MOBILENET_V2, "Flatten=1, FusedConv=52, FusedGemm=1, GlobalAveragePool=1"),
            entry(Zoo.MOBILENET_V3_LARGE, "Flatten=1, FusedConv=62, FusedGemm=2, GlobalAveragePool=9, Mul=8"),
            entry(Zoo.EFFICIENTNET_B0, "Flatten=1, FusedConv=81, FusedGemm=1, GlobalAveragePool=17, Mul=16"),
            entry(Zoo.SQUEEZENET_1_1, "Concat=8, Flatten=1, FusedConv=26, GlobalAveragePool=1, MaxPool=3"),
            entry(
                    Zoo.DENSENET_121,
                    "AveragePool=3, ChannelAffine=1, Concat=58, Flatten=1, "
                            + "FusedConv=120, FusedGemm=1, GlobalAveragePool=1, MaxPool=1"),
            entry(Zoo.GOOGLENET, "Concat=9, Flatten=1, FusedConv=57, FusedGemm=1, GlobalAveragePool=1, MaxPool=13"),
            entry(
                    Zoo.GOOGLENET_2014,
                    "Concat=9, Flatten=1, FusedConv=57, FusedGemm=1, "
                            + "GlobalAveragePool=1, LRN=2, MaxPool=13, Softmax=1"),
            entry(Zoo.VGG_16, "Flatten=1, FusedConv=13, FusedGemm=3, MaxPool=5"));

    @ParameterizedTest
    @EnumSource
    void leavesOnlyTheseOperators(Zoo zoo) {
        Network network = HUGE.contains(zoo) ? zoo.uncalibrated(SIZE) : zoo.network(SIZE);
        Graph written = OnnxReader.read(
                network.name(), ModelSource.of(network.name(), network.onnx()).onnx());
        String operators = Compiler.compile(written).graph().nodes().stream()
                .collect(Collectors.groupingBy(Node::type, TreeMap::new, Collectors.counting()))
                .entrySet()
                .stream()
                .map(Object::toString)
                .collect(Collectors.joining(", "));
        assertEquals(OPERATORS.get(zoo), operators);
    }
}
