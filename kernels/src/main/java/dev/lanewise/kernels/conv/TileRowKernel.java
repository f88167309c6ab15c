package dev.lanewise.kernels.conv;

/** Generated code that transforms one row of Winograd tiles, to or from frequencies. Public only for the generated classes. */
public interface TileRowKernel {

    void run(TileRow row);
}
