package dev.lanewise.kernels.conv;

import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.codegen.WarmUp;
import dev.lanewise.kernels.parallel.WorkerPool;
import dev.lanewise.kernels.tensor.BlockedLayout;
import dev.lanewise.kernels.workload.ConvParameters;
import dev.lanewise.kernels.workload.Prologue;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * A convolution with its weights packed and its kernels compiled, ready to run on blocked tensors. It may be shared by
 * threads and tasks. Every schedule gives the bits of {@link dev.lanewise.kernels.reference.ReferenceConvolution}, or of
 * {@link dev.lanewise.kernels.reference.ReferenceWinograd} where the plan is that.
 */
public final class Convolution {

    private static final float[] NO_RESIDUAL = {};

    private final ConvPlan plan;
    private final @Nullable Schedule schedule;
    private final @Nullable Nest nest;
    private final @Nullable ScalarConvolution scalar;
    private final List<WarmUp> warmUps;

    private Convolution(
            ConvPlan plan, @Nullable Schedule schedule, @Nullable Nest nest, @Nullable ScalarConvolution scalar) {
        this.plan = plan;
        this.schedule = schedule;
        this.nest = nest;
        this.scalar = scalar;
        warmUps = nest == null ? List.of() : nest.warmUps();
    }

    /**
     * With a schedule of one's choice.
     *
     * @throws IllegalArgumentException if the parameters do not fit the workload or the schedule not the plan
     */
    public static Convolution of(ConvPlan plan, ConvParameters parameters, Schedule schedule) {
        return of(plan, parameters, schedule, 0);
    }

    /**
     * As {@link #of(ConvPlan, ConvParameters, Schedule)}, with kernels compiled anew where the revision is new: C2 does not
     * always compile the same source equally well.
     */
    public static Convolution of(ConvPlan plan, ConvParameters parameters, Schedule schedule, int revision) {
        parameters.requireFit(plan.workload());
        Schedules.requireLegal(plan, schedule);
        if (schedule instanceof Schedule.Winograd winograd) {
            Nest nest = new WinogradNest(plan, winograd, parameters, revision);
            boolean prologue = !plan.workload().prologue().equals(Prologue.NONE);
            return new Convolution(
                    plan, schedule, prologue ? new PrologueNest(plan, schedule, parameters, nest) : nest, null);
        }
        Schedule limited = PrologueBands.limited(plan, schedule);
        return new Convolution(plan, limited, new LoopNest(plan, limited, parameters, revision), null);
    }

    /**
     * Generates the kernels of a schedule, which {@link #of(ConvPlan, ConvParameters, Schedule)} then finds: a network's are
     * best generated in one go, before its weights are packed.
     *
     * @throws IllegalArgumentException if the schedule does not fit the plan
     */
    public static void generateKernels(ConvPlan plan, Schedule schedule) {
        Schedules.requireLegal(plan, schedule);
        if (schedule instanceof Schedule.Winograd winograd) {
            WinogradKernels.of(plan, winograd, 0);
        } else {
            LoopNest.Generated.of(plan, PrologueBands.limited(plan, schedule), 0);
        }
    }

    /** In scalar Java, as the reference does it: slow, and the same bits. */
    public static Convolution scalar(ConvPlan plan, ConvParameters parameters) {
        parameters.requireFit(plan.workload());
        return new Convolution(plan, null, null, new ScalarConvolution(plan, parameters));
    }

    public ConvPlan plan() {
        return plan;
    }

    /** Empty where the scalar reference runs. */
    public Optional<Schedule> schedule() {
        return Optional.ofNullable(schedule);
    }

    /** The names of the generated kernels, formulas of what they compute and how; none where the scalar reference runs. */
    public List<String> kernels() {
        return warmUps.stream().map(WarmUp::kernel).toList();
    }

    /**
     * The share of the core's multiply-adds that the cost model expects of the schedule, tensors and weights within reach;
     * empty where it has no estimate: of the scalar reference, and of Winograd, whose transforms it leaves out.
     *
     * @param widest the vectors that the core's peak is reached with
     */
    public OptionalDouble estimatedShareOfPeak(VectorWidth widest) {
        return schedule == null || schedule instanceof Schedule.Winograd
                ? OptionalDouble.empty()
                : OptionalDouble.of(new CostModel(plan).shareOfPeak(schedule, widest));
    }

    /** Has C2 compile the kernels, some tenths of a second for each that this JVM has not warmed up before. */
    public void warmUp() {
        beginWarmUp();
        warmUps.forEach(WarmUp::finish);
    }

    /** The part of {@link #warmUp} that is the caller's; C2 goes on by itself, on threads of its own. */
    public void beginWarmUp() {
        warmUps.forEach(WarmUp::begin);
    }

    /**
     * Computes the output from the input; each tensor begins at its base and has the layout of the plan.
     *
     * @param residual of the output's layout, where the epilogue has one
     * @throws IllegalArgumentException if an array is too short, or a residual is missing or superfluous
     */
    public void run(
            float[] input,
            int inputBase,
            float @Nullable [] residual,
            int residualBase,
            float[] output,
            int outputBase,
            WorkerPool pool) {
        requireRoom("input", input, inputBase, plan.input());
        requireRoom("output", output, outputBase, plan.output());
        if (plan.workload().epilogue().residual() != (residual != null)) {
            throw new IllegalArgumentException(
                    residual == null ? "the convolution adds a residual, but there is none" : "a residual too many");
        }
        if (residual != null) {
            requireRoom("residual", residual, residualBase, plan.output());
        }
        if (nest != null) {
            nest.run(
                    input,
                    inputBase,
                    residual == null ? NO_RESIDUAL : residual,
                    residualBase,
                    residual == null ? null : plan.output(),
                    output,
                    outputBase,
                    pool);
        } else if (scalar != null) {
            scalar.run(input, inputBase, residual, residualBase, output, outputBase);
        }
    }

    /** Whether {@link #runRows} can compute any rows by themselves. */
    public boolean runsByRows() {
        return nest instanceof LoopNest loops
                && loops.runsByRows()
                && !plan.workload().epilogue().residual();
    }

    /**
     * As {@link #run}, but only some output rows of one image, on the caller's thread.
     *
     * @param from the first of the rows
     * @param to behind the last of them
     * @throws IllegalArgumentException if an array is too short, there are no such rows, or not {@link #runsByRows}
     */
    public void runRows(float[] input, int inputBase, float[] output, int outputBase, int image, int from, int to) {
        requireRoom("input", input, inputBase, plan.input());
        requireRoom("output", output, outputBase, plan.output());
        if (image < 0
                || image >= plan.workload().batch()
                || from < 0
                || to < from
                || to > plan.workload().outputHeight()) {
            throw new IllegalArgumentException("rows " + from + " to " + to + " of image " + image
                    + " are not among the " + plan.workload().outputHeight() + " of "
                    + plan.workload().batch() + " images");
        }
        if (!(nest instanceof LoopNest loops) || !runsByRows()) {
            throw new IllegalArgumentException("this convolution runs as a whole only");
        }
        loops.runRows(input, inputBase, output, outputBase, image, from, to);
    }

    private static void requireRoom(String name, float[] data, int base, BlockedLayout layout) {
        if (base < 0 || layout.size() > data.length - base) {
            throw new IllegalArgumentException("the " + name + " of " + layout.size()
                    + " elements does not fit an array of " + data.length + " from element " + base);
        }
    }
}
