package dev.lanewise.cli;

import dev.lanewise.engine.run.PlanDescription;
import dev.lanewise.engine.run.PlanDescription.Step;
import dev.lanewise.kernels.roofline.Roofline;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A plan beside what the core can do at best.
 *
 * @param roofline of the core; empty without vectors, with which it is measured
 */
record Explained(PlanDescription plan, Optional<Roofline> roofline) {

    boolean timed() {
        return plan.steps().stream().anyMatch(step -> step.microseconds().isPresent());
    }

    /** The slowest first where they were timed, otherwise in the order in which they run. */
    List<Step> steps() {
        return plan.steps().stream()
                .sorted(Comparator.comparing(step -> -step.microseconds().orElse(0)))
                .toList();
    }

    long multiplyAdds() {
        return plan.steps().stream().mapToLong(Step::multiplyAdds).sum();
    }

    double microseconds() {
        return plan.steps().stream()
                .mapToDouble(step -> step.microseconds().orElse(0))
                .sum();
    }

    /** Operations for each byte read or written; empty where nothing is multiplied. */
    static OptionalDouble intensity(Step step) {
        return step.multiplyAdds() == 0 || step.bytes() == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(2.0 * step.multiplyAdds() / step.bytes());
    }

    /** {@code fma} or {@code memory}; empty for a step that moves nothing, or without a roofline. */
    String limit(Step step) {
        return step.bytes() == 0
                ? ""
                : roofline.map(line -> line.limitedByMemory(step.multiplyAdds(), step.bytes()) ? "memory" : "fma")
                        .orElse("");
    }

    double leastMicros(Step step) {
        return roofline.map(line -> line.leastMicros(step.multiplyAdds(), step.bytes()))
                .orElse(0.0);
    }

    /** GFLOP/s; empty where nothing is multiplied, or was timed. */
    static OptionalDouble gigaflops(Step step) {
        return step.multiplyAdds() == 0 || step.microseconds().isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(
                        2e-3 * step.multiplyAdds() / step.microseconds().getAsDouble());
    }

    /** Of the core's multiply-adds: as measured, or else as the cost model and the roofline let expect. */
    OptionalDouble shareOfPeak(Step step) {
        if (roofline.isEmpty() || step.multiplyAdds() == 0) {
            return OptionalDouble.empty();
        }
        double peak = roofline.get().gigaflops();
        if (step.microseconds().isPresent()) {
            return OptionalDouble.of(gigaflops(step).orElse(0) / peak);
        }
        double most = 2e-3 * step.multiplyAdds() / leastMicros(step) / peak;
        OptionalDouble estimate = step.estimatedShareOfPeak();
        // Of a fully connected layer there is no other estimate; of Winograd's algorithm none at all.
        return estimate.isPresent()
                ? OptionalDouble.of(Math.min(most, estimate.getAsDouble()))
                : step.schedule().isEmpty() ? OptionalDouble.of(most) : OptionalDouble.empty();
    }
}
