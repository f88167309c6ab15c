package dev.lanewise.cli;

import dev.lanewise.engine.Model;
import dev.lanewise.engine.ModelException;
import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.conv.ConvPlan;
import dev.lanewise.kernels.conv.Schedule;
import dev.lanewise.kernels.conv.Schedules;
import dev.lanewise.kernels.tensor.Shape;
import dev.lanewise.kernels.tune.Platform;
import dev.lanewise.kernels.tune.ScheduleLog;
import dev.lanewise.kernels.tune.Tuner;
import dev.lanewise.kernels.workload.ConvWorkload;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lanewise tune}: finds the fastest schedules for a network's convolutions on this machine. */
@Command(
        name = "tune",
        description = {
            "Finds the fastest schedules of a model's convolutions on this machine.",
            "The best of each is appended to a log, one JSON object a line. What the log already says of this CPU and JDK"
                    + " is not timed again. Jobs take it with -Dlanewise.schedule.log=FILE. Schedules never change a result."
        },
        customSynopsis = {
            "lanewise tune --model FILE --log FILE [--shape NAME=1x3x224x224]...",
            "                     [--candidates N] [--again]"
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class TuneCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private ModelOption model;

    @Option(names = "--log", paramLabel = "FILE", required = true, description = "The schedule log to append to.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path log;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private ShapeOptions shapes;

    @Option(
            names = "--candidates",
            paramLabel = "N",
            description = "Schedules to time for each convolution, at least 1 (default: ${DEFAULT-VALUE}).")
    private int candidates = Tuner.THOROUGH.candidates();

    @Option(names = "--again", description = "Time also what the log already has.")
    private boolean again;

    @Mixin
    @SuppressWarnings({"NullAway.Init", "UnusedVariable"}) // picocli sets it
    private CommonOptions common;

    @Override
    public Integer call() throws IOException {
        if (candidates < 1) {
            throw new ParameterException(spec.commandLine(), "--candidates must be at least 1, not " + candidates);
        }
        Map<String, Shape> given = shapes.byInput();
        VectorWidth width = VectorWidth.preferred()
                .orElseThrow(
                        () -> new ModelException(
                                "there is nothing to tune without vectors: start Java with --add-modules jdk.incubator.vector"));
        List<ConvWorkload> workloads = Model.load(model.file()).convolutions(given);
        if (workloads.isEmpty()) {
            throw new ModelException(
                    model.file() + ": no convolution whose height and width are known; give the shapes of the"
                            + " inputs with --shape");
        }
        tune(workloads, width);
        return 0;
    }

    private void tune(List<ConvWorkload> workloads, VectorWidth width) throws IOException {
        ScheduleLog known = Files.exists(log) ? ScheduleLog.read(log) : ScheduleLog.of(List.of());
        Tuner tuner = new Tuner(candidates, Tuner.THOROUGH.warmUp(), Tuner.THOROUGH.sample());
        PrintWriter err = spec.commandLine().getErr();
        TextTable table = new TextTable("<<>>>");
        table.row("convolution", "schedule", "us", "default us", "faster");
        for (int i = 0; i < workloads.size(); i++) {
            ConvWorkload workload = workloads.get(i);
            err.print(String.format("[%d/%d] %s: ", i + 1, workloads.size(), workload.label()));
            err.flush();
            if (!again && isKnown(known, workload)) {
                err.println("already in the log");
                continue;
            }
            ConvPlan plan = ConvPlan.of(workload);
            Schedule untried = Schedules.byDefault(plan, width);
            List<Tuner.Timing> timings = tuner.tune(plan, width);
            Tuner.Timing best = timings.get(0);
            append(new ScheduleLog.Entry(workload.label(), best.schedule(), best.microseconds(), Platform.current()));
            double ofDefault = timings.stream()
                    .filter(timing -> timing.schedule().equals(untried))
                    .mapToDouble(Tuner.Timing::microseconds)
                    .findFirst()
                    .orElse(best.microseconds());
            err.println(String.format(
                    Locale.ROOT, "%s, %.1f us, of %d", best.schedule().label(), best.microseconds(), timings.size()));
            table.row(
                    workload.label(),
                    best.schedule().label(),
                    String.format(Locale.ROOT, "%.1f", best.microseconds()),
                    String.format(Locale.ROOT, "%.1f", ofDefault),
                    String.format(Locale.ROOT, "%.2fx", ofDefault / best.microseconds()));
        }
        table.print(spec.commandLine().getOut());
    }

    private static boolean isKnown(ScheduleLog known, ConvWorkload workload) {
        return known.entries().stream()
                .anyMatch(entry -> entry.workload().equals(workload.label())
                        && entry.platform().equals(Platform.current()));
    }

    /** After every convolution, so that a run that is stopped has lost nothing. */
    private void append(ScheduleLog.Entry entry) throws IOException {
        Files.writeString(
                log, entry.toJson() + System.lineSeparator(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
