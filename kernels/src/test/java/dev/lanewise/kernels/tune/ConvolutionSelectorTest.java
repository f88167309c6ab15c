package dev.lanewise.kernels.tune;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.conv.ConvPlan;
import dev.lanewise.kernels.conv.Convolution;
import dev.lanewise.kernels.conv.Schedule;
import dev.lanewise.kernels.conv.Schedules;
import dev.lanewise.kernels.tensor.Window;
import dev.lanewise.kernels.workload.Activation;
import dev.lanewise.kernels.workload.ConvWorkload;
import dev.lanewise.kernels.workload.Epilogue;
import dev.lanewise.kernels.workload.Prologue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ConvolutionSelectorTest {

    private static final ConvPlan PLAN = ConvPlan.of(new ConvWorkload(1, 32, 9, 9, 32, 4, Window.square(3, 1, 1))
            .with(new Epilogue(true, true, new Activation.Relu()))
            .with(new Prologue(true, new Activation.Relu())));

    /** A log's word for the schedule that nobody would choose. */
    private static ScheduleLog.Entry lastChoice(ConvPlan plan, double microseconds) {
        List<Schedule> ranked = Schedules.ranked(plan, VectorWidth.BITS_128);
        Schedule last = ranked.get(ranked.size() - 1);
        return new ScheduleLog.Entry(plan.workload().label(), last, microseconds, Platform.current());
    }

    private static float[] output(Convolution convolution, Trial trial) {
        trial.run(convolution);
        return trial.output().clone();
    }

    @Test
    void takesTheScheduleOfTheLog() {
        ScheduleLog.Entry last = lastChoice(PLAN, 1e9);
        ScheduleLog log = ScheduleLog.of(List.of(last));
        Convolution convolution =
                new ConvolutionSelector(log, VectorWidth.preferred()).convolution(PLAN, new Trial(PLAN).parameters());
        assertEquals(Optional.of(last.schedule()), convolution.schedule());
    }

    @Test
    void leavesAScheduleThatIsFarSlowerThanItsLog() {
        // A hundredth of a microsecond: no kernel can keep that word.
        ScheduleLog.Entry last = lastChoice(PLAN, 0.01);
        ScheduleLog log = ScheduleLog.of(List.of(last));
        Convolution convolution =
                new ConvolutionSelector(log, VectorWidth.preferred()).convolution(PLAN, new Trial(PLAN).parameters());
        assertNotEquals(Optional.of(last.schedule()), convolution.schedule());
        assertTrue(convolution.schedule().isPresent());
    }

    @Test
    void believesALogOfAFasterMachineButForItsTimes() {
        List<ConvPlan> plans = Stream.of(1, 2, 3)
                .map(outputs -> ConvPlan.of(new ConvWorkload(1, 16, 6, 6, 16 * outputs, 1, Window.square(1, 1, 0))))
                .toList();
        List<ScheduleLog.Entry> entries =
                plans.stream().map(plan -> lastChoice(plan, 1e-4)).toList();
        ConvolutionSelector selector = new ConvolutionSelector(ScheduleLog.of(entries), VectorWidth.preferred());
        List<Boolean> asLogged = new ArrayList<>();
        for (int i = 0; i < plans.size(); i++) {
            Convolution convolution = selector.convolution(plans.get(i), new Trial(plans.get(i)).parameters());
            asLogged.add(
                    convolution.schedule().equals(Optional.of(entries.get(i).schedule())));
        }
        assertEquals(List.of(false, false, true), asLogged);
    }

    @Test
    void withoutVectorsTheScalarReferenceGivesTheSameBits() {
        Trial trial = new Trial(PLAN);
        ScheduleLog empty = ScheduleLog.of(List.of());
        Convolution fast =
                new ConvolutionSelector(empty, VectorWidth.preferred()).convolution(PLAN, trial.parameters());
        Convolution scalar = new ConvolutionSelector(empty, Optional.empty()).convolution(PLAN, trial.parameters());
        assertTrue(fast.schedule().isPresent());
        assertTrue(scalar.schedule().isEmpty());
        assertArrayEquals(output(scalar, trial), output(fast, trial));
    }

    @Test
    void acceptsWinogradByItsOwnReference() {
        ConvPlan plan = ConvPlan.winograd(new ConvWorkload(2, 40, 9, 10, 32, 2, Window.square(3, 1, 1))
                .with(new Epilogue(true, true, new Activation.Relu())));
        Trial trial = new Trial(plan);
        Convolution accepted = new ConvolutionSelector(ScheduleLog.of(List.of()), VectorWidth.preferred())
                .convolution(plan, trial.parameters());
        assertTrue(accepted.schedule().isPresent());
        Convolution scalar = Convolution.scalar(plan, trial.parameters());
        assertArrayEquals(output(scalar, trial), output(accepted, trial));
    }

    @Test
    void findsTheKernelsOfAWholeNetworkInTheOrderOfItsLayers() {
        ConvPlan other = ConvPlan.of(new ConvWorkload(1, 16, 6, 6, 24, 1, Window.square(1, 1, 0)));
        List<ConvolutionSelector.Request> requests = Stream.of(PLAN, other, PLAN)
                .map(plan -> new ConvolutionSelector.Request(plan, new Trial(plan).parameters()))
                .toList();
        List<String> told = new ArrayList<>();
        KernelProgress progress = new KernelProgress() {
            @Override
            public void generated(int done, int total) {
                told.add("generated " + done + "/" + total);
            }

            @Override
            public void accepted(int done, int total) {
                told.add("accepted " + done + "/" + total);
            }
        };
        List<Convolution> found = new ConvolutionSelector(ScheduleLog.of(List.of()), VectorWidth.preferred())
                .convolutions(requests, progress);
        assertEquals(
                List.of(
                        "generated 0/3",
                        "generated 1/3",
                        "generated 2/3",
                        "generated 3/3",
                        "accepted 0/3",
                        "accepted 1/3",
                        "accepted 2/3",
                        "accepted 3/3"),
                told);
        for (int i = 0; i < requests.size(); i++) {
            ConvPlan plan = requests.get(i).plan();
            Trial trial = new Trial(plan);
            assertEquals(plan, found.get(i).plan());
            assertArrayEquals(output(Convolution.scalar(plan, trial.parameters()), trial), output(found.get(i), trial));
        }
    }

    @Test
    void tunesAmongSeveralTemplates() {
        List<Tuner.Timing> timings = new Tuner(30, 1_000_000L, 100_000L).tune(PLAN, VectorWidth.BITS_128);
        assertTrue(timings.size() >= 30, timings.size() + " candidates");
        assertTrue(
                timings.stream()
                                .map(timing -> timing.schedule().order())
                                .distinct()
                                .count()
                        >= 3,
                timings.toString());
        for (int i = 1; i < timings.size(); i++) {
            assertTrue(timings.get(i - 1).microseconds() <= timings.get(i).microseconds());
        }
    }
}
