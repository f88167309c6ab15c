package dev.lanewise.cli.scoring;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import org.apache.logging.log4j.core.config.Configurator;

/** Keeps Spark's log from a user's terminal, whether Spark has set it up already (under SparkSubmit) or not. */
final class SparkLogging {

    private static final String SETTING = "log4j2.configurationFile";
    private static final String FOLDER = "dev/lanewise/cli/";

    private SparkLogging() {}

    /**
     * Shows Spark's errors alone, or with {@code verbose} its warnings too; a configuration that the user names with
     * {@code -Dlog4j2.configurationFile} wins. To be called before any class of Spark sets up the log.
     */
    static void configure(boolean verbose) {
        String named = System.getProperty(SETTING);
        if (named != null && !named.startsWith("classpath:" + FOLDER)) {
            return;
        }
        String name = FOLDER + (verbose ? "log4j2-verbose.properties" : "log4j2-quiet.properties");
        URL resource = SparkLogging.class.getResource("/" + name);
        if (resource == null) {
            throw new IllegalStateException(name + " is missing from the jar");
        }
        // The property is for a log4j that is not set up yet, in whichever context Spark asks it.
        System.setProperty(SETTING, "classpath:" + name);
        try {
            Configurator.reconfigure(new URI(resource.toString()));
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
