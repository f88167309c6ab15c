package dev.lanewise.benchmarks.conv;

/**
 * A target that a workload is held to.
 *
 * @param what is demanded, in a word
 * @param wanted the figure to be reached, or not to be exceeded
 */
public record Demand(What what, double wanted, boolean missed) {

    /** What can be demanded. */
    public enum What {
        /** Of the FMA peak, at least. */
        SHARE("share"),
        /** Copies of input and output, at most, in time. */
        COPY("copy"),
        /** The peer's whole run over ours with packing, at least. */
        SPEEDUP("speedup"),
        /** The peer's convolution over ours, at least. */
        NODE("node"),
        /** Microseconds, at most: of the same convolution with fewer groups. */
        GROUPS("groups"),
        /** The time on one thread over that on several, at least. */
        THREADS("threads");

        private final String label;

        What(String label) {
            this.label = label;
        }

        public String label() {
            return label;
        }
    }

    static Demand atLeast(What what, double wanted, double reached) {
        return new Demand(what, wanted, reached < wanted);
    }

    static Demand atMost(What what, double wanted, double reached) {
        return new Demand(what, wanted, reached > wanted);
    }
}
