package dev.lanewise.kernels.tune;

import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.conv.ConvPlan;
import dev.lanewise.kernels.conv.Convolution;
import dev.lanewise.kernels.conv.Schedule;
import dev.lanewise.kernels.conv.Schedules;
import dev.lanewise.kernels.workload.ConvParameters;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Finds the schedule that a convolution runs with here: that of the log, or else the cost model's first choices; every one
 * has to be accepted, and is compiled once more if it was not. Where none is, narrower vectors follow, and last the scalar
 * reference, with one warning. What was accepted is remembered by workload for the life of the JVM.
 */
public final class ConvolutionSelector {

    private static final System.Logger LOG = System.getLogger(ConvolutionSelector.class.getName());

    /** Schedules of the cost model that are tried for each vector width. */
    private static final int CHOICES = 3;

    private static final AtomicBoolean WARNED = new AtomicBoolean();

    private final ScheduleLog log;
    private final Optional<VectorWidth> width;
    private final Map<ConvPlan, Choice> choices = new ConcurrentHashMap<>();

    /** What runs: no schedule is the scalar reference. */
    private record Choice(Optional<Schedule> schedule, int revision) {}

    public ConvolutionSelector(ScheduleLog log, Optional<VectorWidth> width) {
        this.log = log;
        this.width = width;
    }

    /** By the standard log, for the vectors of this CPU. */
    public static ConvolutionSelector standard() {
        return Holder.STANDARD;
    }

    /** A convolution that was accepted, ready to run. */
    public Convolution convolution(ConvPlan plan, ConvParameters parameters) {
        parameters.requireFit(plan.workload());
        Choice choice = choices.get(plan);
        if (choice == null) {
            choice = choose(plan);
            choices.put(plan, choice);
        }
        int revision = choice.revision();
        return choice.schedule()
                .map(schedule -> Convolution.of(plan, parameters, schedule, revision))
                .orElseGet(() -> Convolution.scalar(plan, parameters));
    }

    private Choice choose(ConvPlan plan) {
        if (width.isEmpty()) {
            warn("the JVM was started without --add-modules jdk.incubator.vector, or without C2"
                    + " (-Xint, -XX:TieredStopAtLevel)");
            return new Choice(Optional.empty(), 0);
        }
        Platform here = Platform.current();
        Optional<ScheduleLog.Entry> logged = log.find(plan, here);
        double microseconds = logged.filter(entry -> entry.platform().equals(here)
                        && entry.workload().equals(plan.workload().label()))
                .map(ScheduleLog.Entry::microseconds)
                .orElse(0.0);
        Acceptance acceptance = new Acceptance(plan);
        List<String> objections = new ArrayList<>();
        for (Schedule schedule : candidates(plan, logged.map(ScheduleLog.Entry::schedule))) {
            boolean fromLog = logged.isPresent() && logged.get().schedule().equals(schedule);
            for (int revision = 0; revision < 2; revision++) {
                Convolution trial = Convolution.of(plan, acceptance.trial().parameters(), schedule, revision);
                Optional<String> objection = acceptance.objection(trial, fromLog ? microseconds : 0);
                if (objection.isEmpty()) {
                    return new Choice(Optional.of(schedule), revision);
                }
                objections.add(schedule.label() + ": " + objection.get());
                LOG.log(
                        System.Logger.Level.DEBUG,
                        "{0} is not accepted for {1}: {2}",
                        schedule.label(),
                        plan.workload().label(),
                        objection.get());
            }
        }
        warn("no generated kernel was accepted for " + plan.workload().label() + " (" + objections.get(0) + ")");
        return new Choice(Optional.empty(), 0);
    }

    private Set<Schedule> candidates(ConvPlan plan, Optional<Schedule> logged) {
        Set<Schedule> candidates = new LinkedHashSet<>();
        logged.ifPresent(candidates::add);
        for (Optional<VectorWidth> next = width;
                next.isPresent();
                next = next.get().narrower()) {
            List<Schedule> ranked = Schedules.ranked(plan, next.get());
            candidates.addAll(ranked.subList(0, Math.min(CHOICES, ranked.size())));
        }
        return candidates;
    }

    private static void warn(String why) {
        if (WARNED.compareAndSet(false, true)) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "convolutions run in scalar Java, at a small part of the usual speed: {0}",
                    why);
        }
    }

    private static final class Holder {
        static final ConvolutionSelector STANDARD =
                new ConvolutionSelector(ScheduleLog.standard(), VectorWidth.preferred());
    }
}
