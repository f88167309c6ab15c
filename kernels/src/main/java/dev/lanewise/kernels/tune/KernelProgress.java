package dev.lanewise.kernels.tune;

/** Is told how far the kernels of a network's convolutions have come; by one thread. */
public interface KernelProgress {

    /** Tells nobody. */
    KernelProgress NONE = new KernelProgress() {
        @Override
        public void generated(int done, int total) {}

        @Override
        public void accepted(int done, int total) {}
    };

    /** So many of all convolutions have their classes, which C2 has not compiled yet. */
    void generated(int done, int total);

    /** So many of all convolutions are ready to run at full speed. */
    void accepted(int done, int total);
}
