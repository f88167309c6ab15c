package dev.lanewise.kernels.tune;

import dev.lanewise.kernels.conv.ConvPlan;
import dev.lanewise.kernels.conv.Schedule;
import dev.lanewise.kernels.conv.Schedules;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The schedules that were found to be fastest, one JSON object a line: {@code workload}, {@code schedule},
 * {@code microseconds}, {@code cpu}, {@code bits}, {@code jdk}. Schedules never change a result, so a log may come from
 * anywhere; what it says of another CPU or JDK is still a better guess than none.
 */
public final class ScheduleLog {

    /** The name of the property that names a log to be asked before the one that comes with Lanewise. */
    public static final String PROPERTY = "lanewise.schedule.log";

    private static final String SHIPPED = "schedules.jsonl";

    private final List<Entry> entries;

    /** A schedule that was timed. */
    public record Entry(String workload, Schedule schedule, double microseconds, Platform platform) {

        /** The line that says so. */
        public String toJson() {
            return String.format(
                    Locale.ROOT,
                    "{\"workload\": %s, \"schedule\": %s, \"microseconds\": %.2f, \"cpu\": %s, \"bits\": %d, \"jdk\": %d}",
                    FlatJson.quoted(workload),
                    FlatJson.quoted(schedule.label()),
                    microseconds,
                    FlatJson.quoted(platform.cpu()),
                    platform.bits(),
                    platform.jdk());
        }

        private static Entry parse(String line) {
            Map<String, String> members = FlatJson.parse(line);
            return new Entry(
                    member(members, "workload"),
                    Schedule.parse(member(members, "schedule")),
                    Double.parseDouble(member(members, "microseconds")),
                    new Platform(
                            member(members, "cpu"),
                            Integer.parseInt(member(members, "bits")),
                            Integer.parseInt(member(members, "jdk"))));
        }

        private static String member(Map<String, String> members, String name) {
            String value = members.get(name);
            if (value == null) {
                throw new IllegalArgumentException("\"" + name + "\" is missing");
            }
            return value;
        }
    }

    private ScheduleLog(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    public static ScheduleLog of(List<Entry> entries) {
        return new ScheduleLog(entries);
    }

    /** The log of the property {@value #PROPERTY}, where it is set, before the one that comes with Lanewise. */
    public static ScheduleLog standard() {
        return Holder.STANDARD;
    }

    /** @throws IOException if the file cannot be read, or a line is not an entry: named with its number */
    public static ScheduleLog read(Path file) throws IOException {
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            return new ScheduleLog(entries(reader, file.toString()));
        }
    }

    public List<Entry> entries() {
        return entries;
    }

    /**
     * The entry that tells most about a plan on a platform, among those measured with vectors of this width: on this CPU
     * before another; with this JDK before another; of the plan's own workload before one that differs in batch,
     * prologue or epilogue; the latest. Schedules that the plan cannot run are passed over.
     */
    public Optional<Entry> find(ConvPlan plan, Platform platform) {
        String exact = plan.workload().label();
        String shape = plan.workload().shapeLabel() + " ";
        Comparator<Entry> closeness = Comparator.<Entry, Boolean>comparing(
                        entry -> entry.platform().cpu().equals(platform.cpu()))
                .thenComparing(entry -> entry.platform().jdk() == platform.jdk())
                .thenComparing(entry -> entry.workload().equals(exact));
        Optional<Entry> best = Optional.empty();
        for (Entry entry : entries) {
            boolean usable = entry.workload().startsWith(shape)
                    && entry.platform().bits() == platform.bits()
                    && Schedules.isLegal(plan, entry.schedule());
            if (usable && (best.isEmpty() || closeness.compare(entry, best.get()) >= 0)) {
                best = Optional.of(entry);
            }
        }
        return best;
    }

    private static List<Entry> entries(BufferedReader reader, String source) throws IOException {
        List<Entry> entries = new ArrayList<>();
        int number = 0;
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            try {
                entries.add(Entry.parse(line));
            } catch (IllegalArgumentException e) {
                throw new IOException("schedule log " + source + ", line " + number + ": " + e.getMessage(), e);
            }
        }
        return entries;
    }

    private static final class Holder {

        static final ScheduleLog STANDARD = standard();

        private static ScheduleLog standard() {
            List<Entry> all = new ArrayList<>();
            try (InputStream stream = ScheduleLog.class.getResourceAsStream(SHIPPED)) {
                if (stream != null) {
                    all.addAll(entries(
                            new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8)), SHIPPED));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            String own = System.getProperty(PROPERTY);
            if (own != null) {
                // Behind the others: the latest of equally good entries is taken.
                all.addAll(ownEntries(own));
            }
            return new ScheduleLog(all);
        }

        /** A log changes nothing but speed: one that cannot be read must not end a job. */
        private static List<Entry> ownEntries(String file) {
            try {
                return read(Path.of(file)).entries();
            } catch (IOException | InvalidPathException e) {
                System.getLogger(ScheduleLog.class.getName())
                        .log(
                                System.Logger.Level.WARNING,
                                "the schedule log of -D{0}={1} is left out: {2}",
                                PROPERTY,
                                file,
                                e);
                return List.of();
            }
        }
    }
}
