package dev.lanewise.benchmarks.model;

import dev.lanewise.benchmarks.measure.Rounds;
import dev.lanewise.benchmarks.measure.Side;
import dev.lanewise.benchmarks.peer.OrtBinding;
import dev.lanewise.benchmarks.peer.OrtNetwork;
import dev.lanewise.engine.Model;
import dev.lanewise.engine.ModelSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The peer's time for a network, on one thread with nothing beside it, as {@link ModelContest} takes it. */
public final class PeerAlone {

    private static final String PEER = "ort";
    private static final Rounds ROUNDS =
            new Rounds(100, Duration.ofMillis(20), Duration.ofSeconds(1), Duration.ZERO, 5, Duration.ofSeconds(6));

    private PeerAlone() {}

    /**
     * The median time of an image in batches of a size, in milliseconds.
     *
     * @param file a network of images whose size is known
     */
    public static double millis(Path file, int batch) {
        ModelInput input = ModelInput.of(Model.load(ModelSource.read(file)).inputs(), Map.of());
        try (OrtNetwork network = OrtNetwork.of(file, 1);
                OrtBinding binding = network.bind(Map.of(input.name(), input.images(batch)))) {
            return ROUNDS.measure(List.of(new Side(PEER, binding::run)))
                            .of(PEER)
                            .median()
                    / 1e3
                    / batch;
        }
    }
}
