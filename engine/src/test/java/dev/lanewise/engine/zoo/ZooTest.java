package dev.lanewise.engine.zoo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ZooTest {

    private static final int SMALL_IMAGE = 64;

    @ParameterizedTest
    @EnumSource
    void hasThePublishedNumberOfParameters(Zoo zoo) {
        assertEquals(zoo.publishedParameters(), zoo.parameters());
    }

    @Test
    void writesTheSameWeightsEveryTime() {
        FeatureMap input = NetworkBuilder.image(SMALL_IMAGE);
        Network first = NetworkBuilder.build("twice", 5, input, ShuffleNets::v1);
        Network second = NetworkBuilder.build("twice", 5, input, ShuffleNets::v1);
        assertArrayEquals(first.onnx(), second.onnx());
    }

    @Test
    void resNeXtGroupsThe3x3ConvolutionOfEachBlock() throws InvalidProtocolBufferException {
        assertEquals(Map.of(1L, 37L, 32L, 16L), convolutionsByGroups(Zoo.RESNEXT_50_32X4D));
    }

    @Test
    void shuffleNetGroupsEveryPointwiseConvolutionButTheFirst() throws InvalidProtocolBufferException {
        // The stem and the first pointwise convolution; two grouped ones in each of 16 units, without that one; and one
        // depthwise convolution in each unit.
        assertEquals(Map.of(1L, 2L, 3L, 31L, 60L, 4L, 120L, 8L, 240L, 4L), convolutionsByGroups(Zoo.SHUFFLENET_V1_G3));
    }

    @ParameterizedTest
    @EnumSource(names = {"RESNET_18", "REGNETX_400MF", "MOBILENET_V2"})
    void keepsBatchNormalizationsAsNodesOfTheirOwn(Zoo zoo) throws InvalidProtocolBufferException {
        long convolutions = nodes(zoo, "Conv");
        assertEquals(convolutions, nodes(zoo, "BatchNormalization"));
    }

    private static long nodes(Zoo zoo, String type) throws InvalidProtocolBufferException {
        return ModelProto.parseFrom(zoo.network(SMALL_IMAGE).onnx()).getGraph().getNodeList().stream()
                .filter(node -> node.getOpType().equals(type))
                .count();
    }

    private static Map<Long, Long> convolutionsByGroups(Zoo zoo) throws InvalidProtocolBufferException {
        Map<Long, Long> counts = new TreeMap<>();
        for (NodeProto node :
                ModelProto.parseFrom(zoo.network(SMALL_IMAGE).onnx()).getGraph().getNodeList()) {
            if (node.getOpType().equals("Conv")) {
                node.getAttributeList().stream()
                        .filter(attribute -> attribute.getName().equals("group"))
                        .map(AttributeProto::getI)
                        .forEach(groups -> counts.merge(groups, 1L, Long::sum));
            }
        }
        return counts;
    }
}
