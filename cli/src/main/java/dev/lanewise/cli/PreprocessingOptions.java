package dev.lanewise.cli;

import dev.lanewise.arrow.preprocess.Channels;
import dev.lanewise.arrow.preprocess.Crop;
import dev.lanewise.arrow.preprocess.Preprocessing;
import dev.lanewise.arrow.preprocess.Resize;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What is done to an image before the network sees it: a preset, parts of which may be replaced. */
final class PreprocessingOptions {

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--preset",
            paramLabel = "NAME",
            defaultValue = "imagenet",
            completionCandidates = PresetNames.class,
            description = "How images are prepared: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String preset;

    @Option(names = "--resize", paramLabel = "N", description = "Scale the shorter side to N pixels; 0 for no scaling.")
    private @Nullable Integer resize;

    @Option(names = "--crop", paramLabel = "N", description = "Cut N x N pixels from the middle; 0 for no crop.")
    private @Nullable Integer crop;

    @Option(
            names = "--mean",
            paramLabel = "A,B,C",
            split = ",",
            hideParamSyntax = true,
            description = "Subtract this from every channel of pixel / 255; one value or one per channel.")
    private float @Nullable [] mean;

    @Option(
            names = "--std",
            paramLabel = "A,B,C",
            split = ",",
            hideParamSyntax = true,
            description = "Divide every channel by this after that; one value or one per channel.")
    private float @Nullable [] std;

    @Option(
            names = "--channels",
            paramLabel = "rgb|bgr|gray",
            description = "The channels that the model reads (default: gray for one input channel, else rgb).")
    private @Nullable Channels channels;

    /** @throws ParameterException if a value is out of range */
    Preprocessing preprocessing() {
        try {
            return build();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), Failures.oneLine(e.getMessage()), e);
        }
    }

    private Preprocessing build() {
        Preprocessing preprocessing = Preprocessing.preset(preset);
        if (resize != null) {
            preprocessing = preprocessing.withResize(resize == 0 ? Resize.NONE : Resize.shorterSide(resize));
        }
        if (crop != null) {
            preprocessing = preprocessing.withCrop(crop == 0 ? Crop.NONE : Crop.square(crop));
        }
        if (mean != null) {
            preprocessing = preprocessing.withMean(mean);
        }
        if (std != null) {
            preprocessing = preprocessing.withStd(std);
        }
        return channels == null ? preprocessing : preprocessing.withChannels(channels);
    }

    private static final class PresetNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Preprocessing.presetNames().iterator();
        }
    }
}
