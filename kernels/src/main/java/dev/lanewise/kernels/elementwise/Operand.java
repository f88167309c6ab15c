package dev.lanewise.kernels.elementwise;

/** How a row of elements takes an operand. */
enum Operand {
    /** Another element for each element of the row. */
    STREAM("s"),
    /** One element for all. */
    SCALAR("1"),
    /** One element for each lane of a block, the same for all pixels. */
    CHANNEL("c");

    private final String label;

    Operand(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }
}
