package dev.lanewise.engine.zoo;

/**
 * A value of a network under construction: {@code [N, channels, height, width]}, or {@code [N, channels]} where height
 * and width are 0.
 */
public record FeatureMap(String name, int channels, int height, int width) {

    static FeatureMap flat(String name, int features) {
        return new FeatureMap(name, features, 0, 0);
    }

    boolean isFlat() {
        return height == 0;
    }

    FeatureMap named(String newName) {
        return new FeatureMap(newName, channels, height, width);
    }
}
