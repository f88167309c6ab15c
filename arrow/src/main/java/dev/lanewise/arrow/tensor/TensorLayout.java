package dev.lanewise.arrow.tensor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How a tensor's elements lie in memory.
 *
 * @param shape the physical dimensions, outermost first
 * @param dimensionNames one name for each, or none at all
 * @param permutation which physical dimension each logical one is, or empty if they are the same
 */
public record TensorLayout(List<Integer> shape, List<String> dimensionNames, List<Integer> permutation) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** @throws IllegalArgumentException if the parts do not fit together, or one list could not hold the elements */
    public TensorLayout {
        shape = List.copyOf(shape);
        dimensionNames = List.copyOf(dimensionNames);
        permutation = List.copyOf(permutation);
        size(shape);
        if (!dimensionNames.isEmpty() && dimensionNames.size() != shape.size()) {
            throw new IllegalArgumentException(
                    dimensionNames.size() + " dim_names " + dimensionNames + " for tensor shape " + shape);
        }
        if (!permutation.isEmpty() && !isPermutation(permutation, shape.size())) {
            throw new IllegalArgumentException("permutation " + permutation + " for tensor shape " + shape);
        }
    }

    public static TensorLayout of(List<Integer> shape, List<String> dimensionNames) {
        return new TensorLayout(shape, dimensionNames, List.of());
    }

    /** One element, no dimensions. */
    static TensorLayout scalar() {
        return of(List.of(), List.of());
    }

    /** The number of elements. */
    public int size() {
        return size(shape);
    }

    /** The metadata that Arrow's specification gives the type. */
    String toJson() {
        ObjectNode json = JSON.createObjectNode();
        json.set("shape", JSON.valueToTree(shape));
        if (!dimensionNames.isEmpty()) {
            json.set("dim_names", JSON.valueToTree(dimensionNames));
        }
        if (!permutation.isEmpty()) {
            json.set("permutation", JSON.valueToTree(permutation));
        }
        return json.toString();
    }

    static TensorLayout ofJson(String metadata) {
        JsonNode json;
        try {
            json = JSON.readTree(metadata);
        } catch (JsonProcessingException malformed) {
            throw new IllegalArgumentException("tensor metadata is not JSON: " + metadata, malformed);
        }
        if (!json.path("shape").isArray()) {
            throw new IllegalArgumentException("tensor metadata has no shape: " + metadata);
        }
        List<String> names = new ArrayList<>();
        json.path("dim_names").forEach(name -> names.add(name.asText()));
        return new TensorLayout(integers(json.path("shape")), names, integers(json.path("permutation")));
    }

    private static List<Integer> integers(JsonNode array) {
        List<Integer> values = new ArrayList<>();
        for (JsonNode element : array) {
            if (!element.isIntegralNumber() || !element.canConvertToInt()) {
                throw new IllegalArgumentException("tensor metadata has " + element + " where an integer belongs");
            }
            values.add(element.intValue());
        }
        return values;
    }

    private static int size(List<Integer> shape) {
        long elements = 1;
        for (int dimension : shape) {
            if (dimension < 0) {
                throw new IllegalArgumentException("negative dimension in tensor shape " + shape);
            }
            elements *= dimension;
            if (elements > Integer.MAX_VALUE) {
                throw new IllegalArgumentException("tensor shape " + shape + " has more elements than a list can hold");
            }
        }
        return (int) elements;
    }

    private static boolean isPermutation(List<Integer> permutation, int rank) {
        return permutation.stream()
                .sorted()
                .toList()
                .equals(IntStream.range(0, rank).boxed().toList());
    }
}
