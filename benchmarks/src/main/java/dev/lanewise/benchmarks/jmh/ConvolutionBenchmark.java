package dev.lanewise.benchmarks.jmh;

import dev.lanewise.benchmarks.conv.ConvBenchmarks;
import dev.lanewise.benchmarks.conv.ConvData;
import dev.lanewise.benchmarks.conv.LanewiseConvolution;
import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.conv.ConvPlan;
import dev.lanewise.kernels.conv.Schedule;
import dev.lanewise.kernels.conv.Schedules;
import dev.lanewise.kernels.parallel.WorkerPool;
import dev.lanewise.kernels.reference.ReferenceConvolution;
import dev.lanewise.kernels.tune.Platform;
import dev.lanewise.kernels.tune.ScheduleLog;
import dev.lanewise.kernels.workload.ConvWorkload;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A convolution on one thread, with the schedule of the log, or the default one where the log has none. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init") // JMH sets the fields
public class ConvolutionBenchmark {

    @Param({
        "3x3_c128_g32_56x56",
        "3x3_c256_g32_28x28",
        "3x3_c512_g32_14x14",
        "3x3_c1024_g32_7x7",
        "3x3_c256_g128_28x28",
        "3x3_c256_g1_28x28",
        "3x3_c384_g384_14x14",
        "1x1_c64-256_g1_56x56",
        "1x1_c256-1024_g1_14x14_residual",
        "7x7_c3-64_g1_224x224_s2"
    })
    public String workload;

    private WorkerPool pool;
    private LanewiseConvolution convolution;

    /** Prepares the convolution and checks it against the reference. */
    @Setup(Level.Trial)
    public void prepare() {
        ConvWorkload shape = ConvBenchmarks.named(workload).workload();
        ConvPlan plan = ConvPlan.of(shape);
        VectorWidth width = VectorWidth.preferred().orElseThrow();
        Schedule schedule = ScheduleLog.standard()
                .find(plan, Platform.current())
                .map(ScheduleLog.Entry::schedule)
                .orElseGet(() -> Schedules.byDefault(plan, width));
        ConvData data = ConvData.of(shape, 1);
        pool = new WorkerPool(1);
        convolution = LanewiseConvolution.of(plan, data, schedule, pool);
        convolution.run();
        float[] expected = ReferenceConvolution.convolve(shape, data.parameters(), data.input(), data.residual());
        if (!Arrays.equals(expected, convolution.output())) {
            throw new IllegalStateException(workload + " with " + schedule.label() + " differs from the reference");
        }
    }

    @TearDown(Level.Trial)
    public void close() {
        pool.close();
    }

    /** Blocked in and out, as inside a network. */
    @Benchmark
    public void blocked() {
        convolution.run();
    }

    /** NCHW in and out. */
    @Benchmark
    public void packed() {
        convolution.runPacked();
    }
}
