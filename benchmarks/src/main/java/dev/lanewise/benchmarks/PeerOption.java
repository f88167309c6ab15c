package dev.lanewise.benchmarks;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whom to compare with. */
final class PeerOption {

    private static final String PEER_CLASS = "ai.onnxruntime.OrtEnvironment";

    /** Peers to compare with. */
    enum Peer {
        ORT
    }

    @Option(names = "--peer", paramLabel = "ort", description = "Compare with ONNX Runtime, on as many threads.")
    private @Nullable Peer peer;

    /**
     * Whether the peer takes part.
     *
     * @throws IllegalArgumentException if it is asked for and not there
     */
    boolean takesPart() {
        if (peer == null) {
            return false;
        }
        try {
            Class.forName(PEER_CLASS, false, PeerOption.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            throw new IllegalArgumentException(
                    "ONNX Runtime is not here: the distribution archive leaves it out. Run ./lanewise bench in a checkout,"
                            + " or put onnxruntime-1.29.0.jar (Maven Central, com.microsoft.onnxruntime:onnxruntime:1.29.0)"
                            + " into lib/bench",
                    e);
        }
    }
}
