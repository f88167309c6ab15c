package dev.lanewise.kernels.tune;

import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.conv.ConvPlan;
import dev.lanewise.kernels.conv.Convolution;
import dev.lanewise.kernels.conv.Schedule;
import dev.lanewise.kernels.conv.Schedules;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Times the schedules of a plan against each other: all are warmed up first, then each runs for a moment in turn, round
 * after round, so that a busy neighbour slows them all; the slower half leaves after every few rounds. The best moment of each
 * counts.
 *
 * @param candidates the most promising legal schedules are timed, so many; the others are left out
 * @param warmUp nanoseconds for each, at least
 * @param sample nanoseconds of one turn, at least one run
 */
public record Tuner(int candidates, long warmUp, long sample) {

    /** The default's time as a multiple of the best, beyond which a kernel of its own is worth its compilation. */
    private static final double WORTH_A_KERNEL = 1.04;

    private static final int ROUNDS = 4;
    /** Not halved any more once so few are left. */
    private static final int FINALISTS = 3;

    private static final int FINAL_ROUNDS = 12;

    /** Good for a log: about half a minute for a layer. */
    public static final Tuner THOROUGH = new Tuner(60, 150_000_000L, 3_000_000L);

    /** Enough to see which kind of schedule is best: a few seconds for a layer. */
    public static final Tuner QUICK = new Tuner(12, 120_000_000L, 2_000_000L);

    /** A schedule and its best time. */
    public record Timing(Schedule schedule, double microseconds) {}

    /** All candidates with their best times, the fastest first. There is at least one. */
    public List<Timing> tune(ConvPlan plan, VectorWidth width) {
        Trial trial = new Trial(plan);
        List<Racer> racers = pruned(Schedules.ranked(plan, width)).stream()
                .map(schedule -> new Racer(schedule, Convolution.of(plan, trial.parameters(), schedule), trial))
                .toList();
        racers.forEach(racer -> racer.convolution.warmUp());
        racers.forEach(racer -> racer.run(warmUp));
        for (List<Racer> racing = racers; ; racing = fasterHalf(racing)) {
            boolean last = racing.size() <= FINALISTS;
            for (int round = 0; round < (last ? FINAL_ROUNDS : ROUNDS); round++) {
                racing.forEach(racer -> racer.sample(sample));
            }
            if (last) {
                return racers.stream()
                        .sorted(Comparator.comparingDouble(racer -> racer.best))
                        .map(racer -> new Timing(racer.schedule, racer.best))
                        .toList();
            }
        }
    }

    /** With the cost model's choice, the first, whatever its time: it is what the best is measured by. */
    private static List<Racer> fasterHalf(List<Racer> racing) {
        Racer byDefault = racing.get(0);
        Stream<Racer> others = racing.stream()
                .skip(1)
                .sorted(Comparator.comparingDouble(racer -> racer.best))
                .limit(Math.max(FINALISTS, racing.size() / 2) - 1);
        return Stream.concat(Stream.of(byDefault), others).toList();
    }

    /** The most promising, and of every template at least its best two: the cost model may misjudge one altogether. */
    private List<Schedule> pruned(List<Schedule> ranked) {
        Map<String, Integer> ofTemplate = new LinkedHashMap<>();
        List<Schedule> kept = new ArrayList<>();
        List<Schedule> others = new ArrayList<>();
        for (Schedule schedule : ranked) {
            boolean among = ofTemplate.merge(schedule.order().name(), 1, Integer::sum) <= 2;
            (among ? kept : others).add(schedule);
        }
        kept.addAll(others.subList(0, Math.max(0, Math.min(others.size(), candidates - kept.size()))));
        return kept;
    }

    /**
     * The log entry of a plan's best schedule on this machine; that is the cost model's choice where hardly any is faster,
     * since those of a network share their kernels, and each kernel more takes C2 a second when the network is loaded.
     */
    public ScheduleLog.Entry best(ConvPlan plan, VectorWidth width) {
        return race(plan, width).entry();
    }

    /** The best schedule of a plan, and the cost model's choice. */
    public Race race(ConvPlan plan, VectorWidth width) {
        List<Timing> timings = tune(plan, width);
        Schedule choice = Schedules.byDefault(plan, width);
        Timing byDefault = timings.stream()
                .filter(timing -> timing.schedule().equals(choice))
                .findFirst()
                .orElseThrow();
        return new Race(plan.workload().label(), timings.size(), timings.get(0), byDefault);
    }

    /**
     * How the schedules of a plan did.
     *
     * @param workload its label
     * @param candidates the schedules that were timed
     * @param byDefault the cost model's choice
     */
    public record Race(String workload, int candidates, Timing best, Timing byDefault) {

        /** The time of the cost model's choice as a multiple of the best. */
        public double ratio() {
            return byDefault.microseconds() / best.microseconds();
        }

        /** For a log, of this machine. */
        public ScheduleLog.Entry entry() {
            Timing chosen = ratio() <= WORTH_A_KERNEL ? byDefault : best;
            return new ScheduleLog.Entry(workload, chosen.schedule(), chosen.microseconds(), Platform.current());
        }
    }

    private static final class Racer {

        private final Schedule schedule;
        private final Convolution convolution;
        private final Trial trial;
        private double best = Double.MAX_VALUE;

        Racer(Schedule schedule, Convolution convolution, Trial trial) {
            this.schedule = schedule;
            this.convolution = convolution;
            this.trial = trial;
        }

        void sample(long nanoseconds) {
            best = Math.min(best, run(nanoseconds));
        }

        /** Runs at least once and at least so long; the mean time of a run, in microseconds. */
        double run(long nanoseconds) {
            long start = System.nanoTime();
            long elapsed;
            int runs = 0;
            do {
                trial.run(convolution);
                runs++;
                elapsed = System.nanoTime() - start;
            } while (elapsed < nanoseconds);
            return elapsed / 1e3 / runs;
        }
    }
}
