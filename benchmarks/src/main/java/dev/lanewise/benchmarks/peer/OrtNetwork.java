package dev.lanewise.benchmarks.peer;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import dev.lanewise.kernels.tensor.FloatTensor;
import java.nio.file.Path;
import java.util.Map;

/** The peer: a network in ONNX Runtime with all its optimisations. */
public final class OrtNetwork implements AutoCloseable {

    /** For JVMs that load ONNX Runtime: it is to compute, and to send nobody a word about it. */
    public static final Map<String, String> ENVIRONMENT = Map.of("ORT_DISABLE_TELEMETRY", "1");

    private final OrtSession session;

    private OrtNetwork(OrtSession session) {
        this.session = session;
    }

    /** Makes a session. */
    @FunctionalInterface
    private interface Opening {
        OrtSession open(OrtEnvironment environment, OrtSession.SessionOptions options) throws OrtException;
    }

    /**
     * @param threads that work on one operator
     * @throws IllegalStateException if ONNX Runtime refuses the network
     */
    public static OrtNetwork of(byte[] onnx, int threads) {
        return open(threads, (environment, options) -> environment.createSession(onnx, options));
    }

    /** As {@link #of(byte[], int)}, from a file. */
    public static OrtNetwork of(Path file, int threads) {
        return open(threads, (environment, options) -> environment.createSession(file.toString(), options));
    }

    /**
     * A network whose every run is noted.
     *
     * @param prefix of the file that {@link #endProfile} names
     */
    public static OrtNetwork profiled(byte[] onnx, int threads, Path prefix) {
        return open(threads, (environment, options) -> {
            options.enableProfiling(prefix.toString());
            return environment.createSession(onnx, options);
        });
    }

    private static OrtNetwork open(int threads, Opening opening) {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setOptimizationLevel(OptLevel.ALL_OPT);
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
            return new OrtNetwork(opening.open(OrtEnvironment.getEnvironment(), options));
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime refuses the network: " + e.getMessage(), e);
        }
    }

    /**
     * The name of its input.
     *
     * @throws IllegalStateException if it has several
     */
    String onlyInput() {
        if (session.getInputNames().size() != 1) {
            throw new IllegalStateException("the network has the inputs " + session.getInputNames() + ", not one");
        }
        return session.getInputNames().iterator().next();
    }

    /**
     * Gives it inputs, and runs it once to know its outputs.
     *
     * @throws IllegalStateException if the inputs do not fit
     */
    public OrtBinding bind(Map<String, FloatTensor> inputs) {
        try {
            return OrtBinding.of(session, inputs);
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime fails: " + e.getMessage(), e);
        }
    }

    /** Ends the noting of runs and returns the file of the notes. */
    public Path endProfile() {
        try {
            return Path.of(session.endProfiling());
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime writes no profile: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }
}
