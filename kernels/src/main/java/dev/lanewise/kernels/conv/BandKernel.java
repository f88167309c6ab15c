package dev.lanewise.kernels.conv;

/**
 * Generated code that computes some output channels of a band of rows; the loops over rows and tiles are inside, so that
 * the call costs nothing. Public only for the generated classes.
 */
public interface BandKernel {

    void run(Band band);
}
