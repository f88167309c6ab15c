package dev.lanewise.cli;

import dev.lanewise.cli.report.ConfusionMatrix;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The classes that a dataset's images really have, told by files named {@code <image>_<class>.png}.
 *
 * @param labels the classes' names, by index
 */
record TrueClasses(List<String> labels) {

    static final Pattern FILE = Pattern.compile("\\d+_(\\d)\\.png");

    /** The class of an image; null if its name tells none. */
    @Nullable
    String name(String path) {
        int index = index(path);
        return index < 0 ? null : labels.get(index);
    }

    /**
     * Counts what images of each class were taken for.
     *
     * @param predictions class indices by path
     */
    ConfusionMatrix confusion(Map<String, Integer> predictions) {
        long[][] counts = new long[labels.size()][labels.size()];
        predictions.forEach((path, prediction) -> {
            int truth = index(path);
            if (truth >= 0) {
                counts[truth][prediction]++;
            }
        });
        return new ConfusionMatrix(labels, counts);
    }

    private int index(String path) {
        Matcher matcher = FILE.matcher(path.substring(path.lastIndexOf('/') + 1));
        if (!matcher.matches()) {
            return -1;
        }
        int index = Integer.parseInt(matcher.group(1));
        return index < labels.size() ? index : -1;
    }
}
