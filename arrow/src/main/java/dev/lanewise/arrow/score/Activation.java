package dev.lanewise.arrow.score;

/** What turns a network's outputs into probabilities. */
public enum Activation {
    /** {@link #SOFTMAX}, unless the network itself ends in a Softmax or Sigmoid, perhaps reshaped or cast. */
    AUTO,
    SOFTMAX,
    /** The outputs are taken as they are. */
    NONE
}
