package dev.lanewise.engine.lowering;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lanewise.engine.run.Placed;
import dev.lanewise.engine.run.Plan;
import dev.lanewise.engine.run.PlanStep;
import dev.lanewise.kernels.tensor.Arena;
import dev.lanewise.kernels.tensor.BlockedLayout;
import dev.lanewise.kernels.tensor.ChannelOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StoragePlannerTest {

    private final StoragePlanner storages = new StoragePlanner();
    private final List<PlanStep> steps = new ArrayList<>();

    @Test
    void usesMemoryAgainOnceNobodyReadsIt() {
        Placed a = piece(1);
        Placed b = piece(1);
        Placed c = piece(1);
        copy(a, b);
        copy(b, c);
        Plan plan = plan();
        assertEquals(
                plan.storages().get(0).arenaOffset(), plan.storages().get(2).arenaOffset());
        assertEquals(2 * 16, plan.arenaFloats());
    }

    @Test
    void keepsWhatIsReadLater() {
        Placed a = piece(1);
        Placed b = piece(1);
        Placed c = piece(1);
        copy(a, b);
        copy(b, c);
        copy(a, c);
        Plans.assertNothingOverlaps(plan());
        assertEquals(3 * 16, plan().arenaFloats());
    }

    @Test
    void putsAPieceIntoTheLowestGapThatHoldsIt() {
        Placed large = piece(4);
        Placed small = piece(1);
        Placed other = piece(1);
        copy(small, large);
        copy(small, other);
        // The large piece is gone by then, and its place free from the start.
        assertEquals(5 * 16, plan().arenaFloats());
        assertEquals(0, plan().storages().get(other.storage()).arenaOffset());
    }

    @Test
    void takesNoArenaForConstants() {
        Placed constant = storages.addConstant(layout(1000), new float[1000 * 16]);
        copy(constant, piece(1));
        assertEquals(16, plan().arenaFloats());
    }

    @Test
    void aPartKeepsTheWholePieceAlive() {
        Placed whole = piece(2);
        Placed part = new Placed(whole.storage(), 16, layout(1));
        Placed other = piece(2);
        copy(other, whole);
        copy(other, piece(2));
        copy(part, piece(2));
        Plans.assertNothingOverlaps(plan());
        assertEquals(whole, storages.whole(part));
    }

    @Test
    void beginsEveryPieceOnA64ByteBoundary() {
        Placed a = storages.add(BlockedLayout.of(1, ChannelOrder.contiguous(3, 1), 3, 3));
        Placed b = storages.add(BlockedLayout.of(1, ChannelOrder.contiguous(3, 1), 3, 3));
        copy(a, b);
        plan().storages().forEach(storage -> assertEquals(0, storage.arenaOffset() % Arena.ALIGNMENT));
        Plans.assertNothingOverlaps(plan());
    }

    @Test
    void refusesMoreThanAnArenaCanHold() {
        Placed a = storages.add(BlockedLayout.of(1, ChannelOrder.contiguous(16, 16), 8000, 8000));
        Placed b = storages.add(BlockedLayout.of(1, ChannelOrder.contiguous(16, 16), 8000, 8000));
        Placed c = storages.add(BlockedLayout.of(1, ChannelOrder.contiguous(16, 16), 8000, 8000));
        copy(a, b);
        copy(a, c);
        copy(b, c);
        assertThrows(IllegalArgumentException.class, this::plan);
    }

    @Test
    void neverPutsTwoPiecesOfOneTimeInOnePlace() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<Placed> pieces = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            pieces.add(piece(1 + random.nextInt(9)));
        }
        for (int i = 0; i < 100; i++) {
            copy(pieces.get(random.nextInt(60)), pieces.get(random.nextInt(60)));
        }
        try {
            Plans.assertNothingOverlaps(plan());
        } catch (AssertionError e) {
            throw new AssertionError("seed " + seed, e);
        }
    }

    private Placed piece(int blocks) {
        return storages.add(layout(blocks));
    }

    private static BlockedLayout layout(int blocks) {
        return BlockedLayout.of(1, ChannelOrder.contiguous(16 * blocks, 16), 1, 1);
    }

    private void copy(Placed from, Placed to) {
        steps.add(new PlanStep.Reorder("copy " + steps.size(), from, to));
    }

    private Plan plan() {
        return new Plan("test", steps, storages.plan(steps), List.of(), List.of(), Map.of());
    }
}
