package dev.lanewise.kernels.tune;

import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.conv.ConvPlan;
import dev.lanewise.kernels.conv.Convolution;
import dev.lanewise.kernels.conv.Schedule;
import dev.lanewise.kernels.conv.Schedules;
import dev.lanewise.kernels.workload.ConvParameters;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Finds the schedule that a convolution runs with here: that of the log, or else the cost model's first choices; every one
 * has to be accepted, and is compiled once more if it was not. Where none is, narrower vectors follow, and last the scalar
 * reference, with one warning. What was accepted is remembered by workload for the life of the JVM.
 */
public final class ConvolutionSelector {

    private static final System.Logger LOG = System.getLogger(ConvolutionSelector.class.getName());

    /** Schedules of the cost model that are tried for each vector width. */
    private static final int CHOICES = 3;

    /** Logged schedules that stay too slow when compiled anew, after which the log's times are those of a faster machine. */
    private static final int MOST_SLOW = 2;

    private static final AtomicBoolean WARNED = new AtomicBoolean();
    private static final AtomicLong SCALAR = new AtomicLong();

    private final ScheduleLog log;
    private final Optional<VectorWidth> width;
    private final Map<ConvPlan, Choice> choices = new ConcurrentHashMap<>();
    private final AtomicInteger slow = new AtomicInteger();

    /** A convolution that is wanted. */
    public record Request(ConvPlan plan, ConvParameters parameters) {}

    /** What runs: no schedule is the scalar reference. */
    private record Choice(@Nullable Schedule schedule, int revision) {

        Convolution convolution(ConvPlan plan, ConvParameters parameters) {
            return schedule == null
                    ? Convolution.scalar(plan, parameters)
                    : Convolution.of(plan, parameters, schedule, revision);
        }
    }

    /** A choice with what the log says of it: microseconds, or 0. */
    private record Candidate(Choice choice, double microseconds) {}

    public ConvolutionSelector(ScheduleLog log, Optional<VectorWidth> width) {
        this.log = log;
        this.width = width;
    }

    /** By the standard log, for the vectors of this CPU. */
    public static ConvolutionSelector standard() {
        return Holder.STANDARD;
    }

    /** How many different convolutions of this JVM run in scalar Java, because no generated kernel would do. */
    public static long scalarFallbacks() {
        return SCALAR.get();
    }

    private void fallBack(ConvPlan plan) {
        if (choices.put(plan, new Choice(null, 0)) == null) {
            SCALAR.incrementAndGet();
        }
    }

    /** A convolution that was accepted, ready to run. */
    public Convolution convolution(ConvPlan plan, ConvParameters parameters) {
        return convolutions(List.of(new Request(plan, parameters)), KernelProgress.NONE)
                .get(0);
    }

    /**
     * Convolutions that were accepted, ready to run, in the order of the requests. All kernels are generated first, so that
     * C2, which comes later, has forgotten the generator when it comes to the kernels; and all are begun to be warmed up
     * before the first is waited for, so that C2 is never idle.
     */
    public List<Convolution> convolutions(List<Request> requests, KernelProgress progress) {
        Map<ConvPlan, Candidate> candidates = new HashMap<>();
        for (Request request : requests) {
            request.parameters().requireFit(request.plan().workload());
            candidates.computeIfAbsent(request.plan(), this::candidate);
        }
        generate(candidates, requests, progress);
        Set<ConvPlan> built = new HashSet<>();
        List<@Nullable Convolution> convolutions = new ArrayList<>();
        for (Request request : requests) {
            // Others of the same plan have the same kernels.
            Choice choice =
                    Objects.requireNonNull(candidates.get(request.plan())).choice();
            convolutions.add(
                    built.add(request.plan()) ? choice.convolution(request.plan(), request.parameters()) : null);
        }
        for (Convolution convolution : convolutions) {
            if (convolution != null) {
                convolution.beginWarmUp();
            }
        }
        List<Convolution> accepted = new ArrayList<>();
        progress.accepted(0, requests.size());
        for (int i = 0; i < requests.size(); i++) {
            ConvPlan plan = requests.get(i).plan();
            Candidate candidate = Objects.requireNonNull(candidates.get(plan));
            accepted.add(accepted(requests.get(i), candidate, convolutions.get(i)));
            progress.accepted(i + 1, requests.size());
        }
        return accepted;
    }

    private static void generate(Map<ConvPlan, Candidate> candidates, List<Request> requests, KernelProgress progress) {
        Set<ConvPlan> generated = new HashSet<>();
        progress.generated(0, requests.size());
        for (int i = 0; i < requests.size(); i++) {
            ConvPlan plan = requests.get(i).plan();
            Choice choice = Objects.requireNonNull(candidates.get(plan)).choice();
            if (generated.add(plan) && choice.schedule() != null && choice.revision() == 0) {
                Convolution.generateKernels(plan, choice.schedule());
            }
            progress.generated(i + 1, requests.size());
        }
    }

    /** What has been accepted before, or else is to be tried first. */
    private Candidate candidate(ConvPlan plan) {
        Choice choice = choices.get(plan);
        if (choice != null) {
            return new Candidate(choice, 0);
        }
        if (width.isEmpty()) {
            warn("the JVM was started without --add-modules jdk.incubator.vector, or without C2"
                    + " (-Xint, -XX:TieredStopAtLevel)");
            Choice scalar = new Choice(null, 0);
            fallBack(plan);
            return new Candidate(scalar, 0);
        }
        Platform here = Platform.current();
        return log.find(plan, here)
                .map(entry -> {
                    boolean measuredHere = entry.platform().equals(here)
                            && entry.workload().equals(plan.workload().label());
                    return new Candidate(new Choice(entry.schedule(), 0), measuredHere ? entry.microseconds() : 0);
                })
                .orElseGet(() -> new Candidate(new Choice(Schedules.byDefault(plan, width.get()), 0), 0));
    }

    /** @param built by the candidate's choice; null if it has not been built yet */
    private Convolution accepted(Request request, Candidate candidate, @Nullable Convolution built) {
        ConvPlan plan = request.plan();
        Choice choice = choices.get(plan);
        if (choice != null) {
            return built != null && choice.equals(candidate.choice())
                    ? built
                    : choice.convolution(plan, request.parameters());
        }
        Trials trials = new Trials(request);
        Optional<Convolution> accepted = trials.accepted(candidate, built);
        for (Optional<VectorWidth> next = width;
                accepted.isEmpty() && next.isPresent();
                next = next.get().narrower()) {
            accepted = trials.estimated(next.get());
        }
        return accepted.orElseGet(() -> {
            warn("no generated kernel was accepted for " + plan.workload().label() + " (" + trials.objections.get(0)
                    + ")");
            fallBack(plan);
            return Convolution.scalar(plan, request.parameters());
        });
    }

    /** The schedules that have been tried for a request. */
    private final class Trials {

        private final ConvPlan plan;
        private final ConvParameters parameters;
        private final Acceptance acceptance;
        private final List<Schedule> tried = new ArrayList<>();
        private final List<String> objections = new ArrayList<>();

        Trials(Request request) {
            plan = request.plan();
            parameters = request.parameters();
            acceptance = new Acceptance(plan, parameters);
        }

        Optional<Convolution> estimated(VectorWidth width) {
            List<Schedule> ranked = Schedules.ranked(plan, width);
            for (Schedule schedule : ranked.subList(0, Math.min(CHOICES, ranked.size()))) {
                Optional<Convolution> accepted = tried.contains(schedule)
                        ? Optional.empty()
                        : accepted(new Candidate(new Choice(schedule, 0), 0), null);
                if (accepted.isPresent()) {
                    return accepted;
                }
            }
            return Optional.empty();
        }

        /** A candidate's convolution, compiled once more if there is an objection, or else none. */
        Optional<Convolution> accepted(Candidate candidate, @Nullable Convolution built) {
            Schedule schedule = Objects.requireNonNull(candidate.choice().schedule());
            tried.add(schedule);
            for (int revision = 0; revision < 2; revision++) {
                Choice choice = new Choice(schedule, revision);
                Convolution trial = built != null && revision == 0 ? built : choice.convolution(plan, parameters);
                Optional<String> objection = acceptance.objection(trial);
                if (objection.isEmpty() && candidate.microseconds() > 0 && slow.get() < MOST_SLOW) {
                    objection = acceptance.slowness(trial, candidate.microseconds());
                    if (objection.isPresent() && revision > 0) {
                        slow.incrementAndGet();
                    }
                }
                if (objection.isEmpty()) {
                    choices.put(plan, choice);
                    return Optional.of(trial);
                }
                objections.add(schedule.label() + ": " + objection.get());
                LOG.log(
                        System.Logger.Level.DEBUG,
                        "{0} is not accepted for {1}: {2}",
                        schedule.label(),
                        plan.workload().label(),
                        objection.get());
            }
            return Optional.empty();
        }
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
