package dev.lanewise.cli.conformance;

import dev.lanewise.cli.conformance.Verdict.Failed;
import dev.lanewise.cli.conformance.Verdict.Passed;
import dev.lanewise.cli.conformance.Verdict.Skipped;
import dev.lanewise.engine.Model;
import dev.lanewise.engine.ModelException;
import dev.lanewise.engine.UnsupportedModelException;
import dev.lanewise.engine.UnsupportedOperatorsException;
import dev.lanewise.engine.UnsupportedOperatorsException.UnsupportedNode;
import dev.lanewise.engine.graph.GraphValue;
import dev.lanewise.engine.onnx.TensorFile;
import dev.lanewise.kernels.tensor.ElementType;
import dev.lanewise.kernels.tensor.FloatTensor;
import dev.lanewise.kernels.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Runs cases, each in a thread of its own, so that none can stop or hang the others. */
public final class CaseRunner {

    /** What OnnxReader says of an operator that it does not know. */
    private static final String NO_SUCH_OPERATOR = "Lanewise has no such operator";

    /** The only uses of a known operator that may be skipped; the rest must work. */
    private static final Pattern SKIPPED_USE =
            Pattern.compile("\\belement type|\\bof type|\\btraining mode|\\bspatial dimensions");

    /** A node, a tensor or an initializer, by the name that the model gives it. */
    private static final Pattern NAME = Pattern.compile("'[^']*'");

    private final Duration limit;

    /** @param limit how long a case may take before it counts as failed and is left behind */
    public CaseRunner(Duration limit) {
        this.limit = limit;
    }

    public Verdict run(BackendCase backendCase) throws InterruptedException {
        return run(backendCase.name(), () -> judge(backendCase));
    }

    Verdict run(String name, Callable<Verdict> judgement) throws InterruptedException {
        FutureTask<Verdict> task = new FutureTask<>(judgement);
        Thread thread = new Thread(task, "conformance " + name);
        thread.setDaemon(true);
        thread.start();
        try {
            return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            thread.interrupt();
            return new Failed("took more than " + limit.toSeconds() + " s");
        } catch (ExecutionException e) {
            return new Failed(String.valueOf(e.getCause()));
        }
    }

    private static Verdict judge(BackendCase backendCase) throws IOException {
        try {
            return compare(backendCase);
        } catch (UnsupportedOperatorsException e) {
            return unsupported(e);
        } catch (UnsupportedModelException e) {
            String reason = withoutFile(e, backendCase);
            return isSkipped(withoutNames(reason, backendCase)) ? new Skipped(reason) : new Failed(reason);
        } catch (ModelException e) {
            return new Failed(withoutFile(e, backendCase));
        }
    }

    private static Verdict compare(BackendCase backendCase) throws IOException {
        Model model = Model.load(backendCase.model());
        List<Path> dataSets = backendCase.dataSets();
        if (dataSets.isEmpty()) {
            return new Failed("has no folder test_data_set_0");
        }
        for (Path dataSet : dataSets) {
            Optional<String> difference = difference(model, dataSet);
            if (difference.isPresent()) {
                return new Failed(dataSet.getFileName() + ": " + difference.get());
            }
        }
        return new Passed();
    }

    private static Optional<String> difference(Model model, Path dataSet) {
        List<Path> inputs = BackendCase.tensors(dataSet, "input");
        List<Path> outputs = BackendCase.tensors(dataSet, "output");
        if (inputs.size() != model.inputs().size()
                || outputs.size() != model.outputs().size()) {
            return Optional.of("has " + inputs.size() + " inputs and " + outputs.size() + " outputs, but the model "
                    + model.inputs().size() + " and " + model.outputs().size());
        }
        Map<String, Tensor> given = new HashMap<>();
        for (int i = 0; i < inputs.size(); i++) {
            GraphValue input = model.inputs().get(i);
            given.put(input.name(), read(inputs.get(i), input.type().elementType()));
        }
        Map<String, Tensor> results = model.run(given);
        for (int i = 0; i < outputs.size(); i++) {
            GraphValue output = model.outputs().get(i);
            Tensor actual = results.get(output.name());
            if (actual == null) {
                return Optional.of("output '" + output.name() + "' is missing");
            }
            Optional<String> difference =
                    TensorComparison.difference(read(outputs.get(i), actual.elementType()), actual);
            if (difference.isPresent()) {
                return Optional.of("output '" + output.name() + "' " + difference.get());
            }
        }
        return Optional.empty();
    }

    /** Reads a tensor; ONNX writes its cases with NumPy, which has no BFLOAT16, and so stores the bits as UINT16. */
    private static Tensor read(Path file, ElementType wanted) {
        Tensor tensor = TensorFile.read(file).tensor();
        if (wanted != ElementType.BFLOAT16 || tensor.elementType() != ElementType.UINT16) {
            return tensor;
        }
        float[] values = new float[tensor.shape().size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.intBitsToFloat((int) tensor.longAt(i) << 16);
        }
        return new FloatTensor(ElementType.BFLOAT16, tensor.shape(), values);
    }

    private static Verdict unsupported(UnsupportedOperatorsException e) {
        String reasons = e.nodes().stream()
                .map(node -> isUnknown(node) ? node.operator() : node.operator() + " with " + node.reason())
                .distinct()
                .collect(Collectors.joining(", "));
        boolean skipped = e.nodes().stream()
                .allMatch(node ->
                        isUnknown(node) || isSkipped(NAME.matcher(node.reason()).replaceAll("''")));
        return skipped ? new Skipped("unsupported operator " + reasons) : new Failed(reasons);
    }

    private static boolean isUnknown(UnsupportedNode node) {
        return node.reason().equals(NO_SUCH_OPERATOR);
    }

    private static boolean isSkipped(String reason) {
        return SKIPPED_USE.matcher(reason).find();
    }

    /** The reason alone: whatever a model, a folder or a node is called, it decides nothing. */
    private static String withoutNames(String reason, BackendCase backendCase) {
        return NAME.matcher(reason.replace(backendCase.folder().toString(), "")).replaceAll("''");
    }

    private static String withoutFile(ModelException e, BackendCase backendCase) {
        String message = String.valueOf(e.getMessage());
        String prefix = backendCase.model() + ": ";
        return message.startsWith(prefix) ? message.substring(prefix.length()) : message;
    }
}
