package dev.lanewise.benchmarks.conv;

import dev.lanewise.benchmarks.measure.Rounds;
import dev.lanewise.benchmarks.measure.Side;
import dev.lanewise.benchmarks.measure.Times;
import dev.lanewise.benchmarks.measure.Timings;
import dev.lanewise.kernels.packing.Packing;
import dev.lanewise.kernels.tensor.BlockedLayout;
import dev.lanewise.kernels.tensor.ChannelOrder;
import java.util.Arrays;
import java.util.List;

/**
 * Packing a tensor from NCHW into blocks and unpacking it again, on one thread, beside {@link System#arraycopy} of the same
 * floats.
 *
 * @param groups whose lanes lie side by side; 1 for channels as they come
 */
public record PackBenchmark(int channels, int groups, int size) {

    private static final int BLOCK = 16;
    private static final String PACK = "pack";
    private static final String UNPACK = "unpack";
    private static final String COPY = "arraycopy";

    /** The layouts of well-known layers, small and large, of few channels and of many. */
    public static List<PackBenchmark> all() {
        return List.of(
                new PackBenchmark(3, 1, 224),
                new PackBenchmark(64, 1, 112),
                new PackBenchmark(256, 1, 56),
                new PackBenchmark(2048, 1, 7),
                new PackBenchmark(128, 32, 56),
                new PackBenchmark(256, 32, 28));
    }

    /**
     * What one JVM measured; ratios are medians of those within a round.
     *
     * @param packOverCopy the time of packing over that of {@code arraycopy}
     */
    public record Result(
            String name, Times pack, Times unpack, Times copy, double packOverCopy, double unpackOverCopy) {}

    /** Such as {@code pack_c128_g32_56x56}. */
    public String name() {
        return "pack_c" + channels + "_g" + groups + "_" + size + "x" + size;
    }

    /** Bytes of the tensor. */
    public long bytes() {
        return (long) channels * size * size * Float.BYTES;
    }

    /** @throws IllegalStateException if what is unpacked is not what was packed */
    Result measure(Rounds rounds) {
        BlockedLayout planar = BlockedLayout.of(1, ChannelOrder.contiguous(channels, 1), size, size);
        BlockedLayout blocked = BlockedLayout.of(1, order(), size, size);
        float[] planes = new float[planar.size()];
        for (int i = 0; i < planes.length; i++) {
            planes[i] = i;
        }
        float[] back = new float[planes.length];
        BlockedTensor blocks = BlockedTensor.of(blocked);
        Packing packing = Packing.between(planar, blocked);
        Packing unpacking = Packing.between(blocked, planar);
        packing.run(planes, 0, blocks.data(), blocks.base());
        unpacking.run(blocks.data(), blocks.base(), back, 0);
        if (!Arrays.equals(planes, back)) {
            throw new IllegalStateException(name() + ": unpacking does not undo packing");
        }
        float[] copy = new float[planes.length];
        Timings micros = rounds.measure(List.of(
                new Side(PACK, () -> packing.run(planes, 0, blocks.data(), blocks.base())),
                new Side(UNPACK, () -> unpacking.run(blocks.data(), blocks.base(), back, 0)),
                new Side(COPY, () -> System.arraycopy(planes, 0, copy, 0, copy.length))));
        return new Result(
                name(),
                Times.of(micros.of(PACK)),
                Times.of(micros.of(UNPACK)),
                Times.of(micros.of(COPY)),
                micros.of(PACK).over(micros.of(COPY)).median(),
                micros.of(UNPACK).over(micros.of(COPY)).median());
    }

    private ChannelOrder order() {
        return groups == 1
                ? ChannelOrder.contiguous(channels, BLOCK)
                : ChannelOrder.lanesOverGroups(channels, groups, BLOCK);
    }
}
