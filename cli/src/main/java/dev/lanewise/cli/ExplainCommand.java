package dev.lanewise.cli;

import dev.lanewise.engine.Model;
import dev.lanewise.engine.ModelDescription;
import dev.lanewise.engine.ModelOptions;
import dev.lanewise.engine.graph.Dimension;
import dev.lanewise.engine.run.PlanDescription;
import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.parallel.WorkerPool;
import dev.lanewise.kernels.roofline.Roofline;
import dev.lanewise.kernels.tensor.Shape;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lanewise explain}: a network's layers, and the plan that they are compiled to. */
@Command(
        name = "explain",
        description = {
            "Shows a model's layers, and the plan that they are compiled to.",
            "Layers come with operator, shapes, groups, MFLOP and parameters; the plan, which is that of one image on this"
                    + " machine, with kernels and what is fused into them, layouts, memory and limits. It is left out where shapes"
                    + " are open."
        },
        customSynopsis = {
            "lanewise explain --model FILE [--plan PLAN] [--shape NAME=1x3x224x224]...",
            "                        [--time] [--passes] [--no-winograd] [--json FILE]"
        },
        footer = {
            "",
            "The plan's lines are as long as their labels: in a narrow terminal, ... | less -S shows them unbroken."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class ExplainCommand implements Callable<Integer> {

    private static final int TIMED_RUNS = 20;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private ModelFiles modelFiles;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private ShapeOptions shapes;

    @Mixin
    @SuppressWarnings({"NullAway.Init", "UnusedVariable"}) // picocli sets it
    private CommonOptions common;

    @Option(names = "--time", description = "Measure every step on one thread, and list the slowest first.")
    private boolean time;

    @Option(names = "--passes", description = "Show what each pass of the compiler makes of the file's graph.")
    private boolean passes;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the plan to this file as well.")
    private @Nullable Path json;

    @Option(names = "--no-winograd", description = "Compute 3x3 convolutions directly, as ONNX defines them.")
    private boolean direct;

    @Override
    public Integer call() throws IOException {
        if (direct && modelFiles.compiled()) {
            throw new ParameterException(
                    spec.commandLine(), "--no-winograd is for 'lanewise compile': a plan has been compiled already");
        }
        if (passes && modelFiles.compiled()) {
            throw new ParameterException(
                    spec.commandLine(), "--passes shows how a model is compiled, and a plan has been compiled already");
        }
        Map<String, Shape> given = shapes.byInput();
        Model network = modelFiles.load(new ModelOptions(!direct));
        PrintWriter out = spec.commandLine().getOut();
        ModelDescription description = network.describe(given);
        LayerTable.print(description, out);
        if (passes) {
            PassList.print(network, out);
        }
        if (time || json != null || hasKnownShapes(description)) {
            out.println();
            out.flush();
            Explained plan = plan(network, given);
            PlanTable.print(plan, out);
            if (json != null) {
                PlanJson.write(network.name(), plan, json);
            }
        }
        return 0;
    }

    private Explained plan(Model network, Map<String, Shape> given) {
        try (WorkerPool pool = new WorkerPool(1)) {
            try (ModelProgressLine progress =
                    new ModelProgressLine(spec.commandLine().getErr())) {
                network.warmUp(given, pool, progress);
            }
            PlanDescription plan = time ? network.profile(given, pool, TIMED_RUNS) : network.describePlan(given);
            return new Explained(
                    plan,
                    VectorWidth.preferred()
                            .map(width -> Roofline.measure(width, plan.arenaBytes() + plan.weightBytes())));
        }
    }

    /** All but the batch. */
    private static boolean hasKnownShapes(ModelDescription description) {
        return description.inputs().stream()
                .map(input -> input.type().dimensions())
                .allMatch(dimensions ->
                        dimensions != null && dimensions.stream().skip(1).allMatch(Dimension::isKnown));
    }
}
