package dev.lanewise.benchmarks.standalone;

import java.io.IOException;
import java.time.Duration;

/** An application that has been submitted: its driver, which is a process of this machine. */
public final class SubmittedApplication {

    private final SparkProcess driver;

    SubmittedApplication(SparkProcess driver) {
        this.driver = driver;
    }

    public boolean isAlive() {
        return driver.isAlive();
    }

    /**
     * Waits for the driver's end.
     *
     * @return its exit code
     * @throws IOException if it does not end in time
     */
    public int await(Duration limit) throws IOException {
        return driver.await(limit);
    }

    /** All that the driver has printed. */
    public String output() {
        return driver.read();
    }

    /** As {@code kill -9} does. */
    public void kill() {
        driver.kill();
    }
}
