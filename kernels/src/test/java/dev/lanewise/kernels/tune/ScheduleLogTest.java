package dev.lanewise.kernels.tune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lanewise.kernels.codegen.VectorWidth;
import dev.lanewise.kernels.conv.ConvPlan;
import dev.lanewise.kernels.conv.Schedule;
import dev.lanewise.kernels.conv.Schedules;
import dev.lanewise.kernels.tensor.Window;
import dev.lanewise.kernels.workload.Activation;
import dev.lanewise.kernels.workload.ConvWorkload;
import dev.lanewise.kernels.workload.Epilogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleLogTest {

    private static final ConvPlan PLAN = ConvPlan.of(new ConvWorkload(1, 32, 14, 14, 32, 1, Window.square(3, 1, 1)));
    private static final Platform HERE = new Platform("A \"fast\" CPU", 256, 17);
    private static final List<Schedule> LEGAL = Schedules.legal(PLAN, VectorWidth.BITS_256);

    private static ScheduleLog.Entry entry(ConvPlan plan, int schedule, Platform platform) {
        return new ScheduleLog.Entry(plan.workload().label(), LEGAL.get(schedule), 12.34, platform);
    }

    @Test
    void everySchedulesLabelReadsBack() {
        List<ConvWorkload> workloads = List.of(
                PLAN.workload(),
                new ConvWorkload(1, 32, 14, 14, 32, 1, Window.square(1, 1, 0)),
                new ConvWorkload(1, 3, 14, 14, 32, 1, Window.square(3, 2, 1)),
                new ConvWorkload(1, 64, 14, 14, 64, 16, Window.square(3, 1, 1)),
                new ConvWorkload(1, 64, 14, 14, 64, 64, Window.square(3, 1, 1)));
        for (ConvWorkload workload : workloads) {
            for (Schedule schedule : Schedules.legal(ConvPlan.of(workload), VectorWidth.BITS_512)) {
                assertEquals(schedule, Schedule.parse(schedule.label()));
            }
        }
    }

    @Test
    void entriesReadBack(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("log.jsonl");
        ScheduleLog.Entry entry = entry(PLAN, 5, HERE);
        Files.writeString(file, entry.toJson() + "\n\n" + entry.toJson() + "\n");
        assertEquals(List.of(entry, entry), ScheduleLog.read(file).entries());
    }

    @Test
    void findsTheClosestEntry() {
        ConvPlan relu = ConvPlan.of(PLAN.workload().with(Epilogue.bias(new Activation.Relu())));
        Platform otherCpu = new Platform("another", 256, 17);
        Platform otherJdk = new Platform(HERE.cpu(), 256, 25);
        Platform narrower = new Platform(HERE.cpu(), 128, 17);
        ScheduleLog log = ScheduleLog.of(List.of(
                entry(PLAN, 0, HERE), entry(relu, 1, HERE), entry(PLAN, 2, otherJdk), entry(PLAN, 3, otherCpu)));
        assertEquals(LEGAL.get(0), log.find(PLAN, HERE).orElseThrow().schedule());
        assertEquals(LEGAL.get(1), log.find(relu, HERE).orElseThrow().schedule());
        assertEquals(LEGAL.get(2), log.find(relu, otherJdk).orElseThrow().schedule());
        assertEquals(LEGAL.get(3), log.find(PLAN, otherCpu).orElseThrow().schedule());
        assertEquals(Optional.empty(), log.find(PLAN, narrower));
    }

    @Test
    void takesTheLatestOfEquals() {
        ScheduleLog log = ScheduleLog.of(List.of(entry(PLAN, 0, HERE), entry(PLAN, 4, HERE)));
        assertEquals(LEGAL.get(4), log.find(PLAN, HERE).orElseThrow().schedule());
    }

    @Test
    void passesOverSchedulesThatThePlanCannotRun() {
        Schedule depthwise = Schedule.parse("depthwise f32x8 4x1 resident_columns rows=14");
        ScheduleLog log =
                ScheduleLog.of(List.of(new ScheduleLog.Entry(PLAN.workload().label(), depthwise, 1, HERE)));
        assertEquals(Optional.empty(), log.find(PLAN, HERE));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense",
                "{\"workload\": \"c1\"}",
                "{\"workload\": \"c1\", \"schedule\": \"fast\", \"microseconds\": 1, \"cpu\": \"x\", \"bits\": 256, \"jdk\": 17}",
                "{\"workload\": \"c1\"} {}",
                "{\"workload\": [1]}"
            })
    void namesTheLineThatIsNoEntry(String line, @TempDir Path folder) throws IOException {
        Path file = folder.resolve("log.jsonl");
        Files.writeString(file, entry(PLAN, 0, HERE).toJson() + "\n" + line + "\n");
        IOException failure = assertThrows(IOException.class, () -> ScheduleLog.read(file));
        assertEquals(
                "schedule log " + file + ", line 2: ",
                failure.getMessage().substring(0, ("schedule log " + file + ", line 2: ").length()));
    }

    @Test
    void knowsThisPlatform() {
        Platform platform = Platform.current();
        assertFalse(platform.cpu().isBlank());
        assertEquals(Runtime.version().feature(), platform.jdk());
        assertEquals(VectorWidth.preferred().orElseThrow().bits(), platform.bits());
    }
}
