package dev.lanewise.cli.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.cli.conformance.Verdict.Failed;
import dev.lanewise.cli.conformance.Verdict.Passed;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CaseRunnerTest {

    @Test
    void leavesACaseBehindThatTakesTooLong() throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        Verdict verdict = new CaseRunner(Duration.ofMillis(20)).run("slow", () -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
            return new Passed();
        });
        assertEquals(new Failed("took more than 0 s"), verdict);
        assertTrue(interrupted.await(60, TimeUnit.SECONDS));
    }
}
