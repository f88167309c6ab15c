package dev.lanewise.benchmarks.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NameFilterTest {

    @ParameterizedTest
    @CsvSource({
        "resnet, ResNet-50, true",
        "RESNET-50, ResNet-50, true",
        "'vgg, net-5', ResNet-50, true",
        "'vgg,', ResNet-50, false",
        "resnext, ResNet-50, false"
    })
    void takesNamesWithOneOfTheParts(String filter, String name, boolean taken) {
        assertEquals(taken, new NameFilter(filter).matches(name));
    }
}
