package dev.lanewise.kernels.conv;

import java.util.regex.Pattern;

/** How a schedule is written in a log. */
final class ScheduleText {

    static final Pattern LABEL = Pattern.compile(
            "(?<algorithm>[A-Za-z]+) f32x(?<lanes>\\d{1,2}) "
                    + "(?<pixels>\\d{1,3})x(?<vectors>\\d{1,3}) (?<order>[a-z_]+)( taps=(?<taps>\\d{1,9}))? rows=(?<rows>\\d{1,9})");

    private ScheduleText() {}
}
