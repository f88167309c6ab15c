package dev.lanewise.cli.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.cli.scoring.ScoredDataset.ClassCount;
import dev.lanewise.cli.scoring.ScoredImage;
import dev.lanewise.cli.scoring.ScoredImage.RankedClass;
import dev.lanewise.cli.scoring.ScoringSummary;
import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReportPageTest {

    private static final String HOSTILE = "</script><script>alert('1')</script>\"><img src=x onerror=alert(2)>&%s%n";

    @Test
    void escapesWhateverFilesAndLabelsAreCalled() throws IOException {
        String page = page(
                0,
                null,
                new ShownImage(scored("file:/photos/" + HOSTILE, HOSTILE, 0.4f), null, HOSTILE),
                new ShownImage(failed("file:/photos/b.png", HOSTILE), null, HOSTILE));
        assertEquals(1, count(page, "<script"), "only the page's own script");
        assertEquals(1, count(page, "</script"), "only the page's own script");
        assertEquals(0, count(page, "<img"), "no image was given");
        assertFalse(page.contains("onerror=alert(2)>"), "no markup of a name survives");
        assertTrue(page.contains("&lt;img src=x onerror=alert(2)&gt;&amp;%s%n"), "but its text does");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u202Egnp.exe", "a\u0000b", "\u2066x", "\u001b[31m", "\ud800"})
    void replacesCharactersThatDisturbThePage(String name) {
        assertTrue(Html.escape(name).contains("\uFFFD"), Html.escape(name));
    }

    @Test
    void needsNothingFromOutside() throws IOException {
        String page =
                page(0, null, new ShownImage(scored("file:/a.png", "Bag", 0.9f), "data:image/png;base64,AAAA", null));
        Matcher source = Pattern.compile("(?:src|href)=\"([^\"]*)\"|url\\(|@import|https?://")
                .matcher(page);
        while (source.find()) {
            assertTrue(source.group(1) != null && source.group(1).startsWith("data:"), source.group());
        }
        assertTrue(page.contains("default-src 'none'"));
    }

    @Test
    void tellsHowManyImagesAreLeftOut() throws IOException {
        assertTrue(page(1234, null, new ShownImage(scored("a.png", "Bag", 0.9f), null, null))
                .contains("1,234 more are left out"));
        assertFalse(page(0, null, new ShownImage(scored("a.png", "Bag", 0.9f), null, null))
                .contains("left out"));
    }

    @Test
    void marksWrongRightAndFailedImages() throws IOException {
        String page = page(
                0,
                new ConfusionMatrix(List.of("Bag", "Coat"), new long[][] {{1, 1}, {0, 0}}),
                new ShownImage(failed("c.png", "truncated"), null, "Bag"),
                new ShownImage(scored("a.png", "Coat", 0.4f), null, "Bag"),
                new ShownImage(scored("b.png", "Bag", 0.9f), null, "Bag"));
        assertTrue(page.indexOf("data-state=\"failed\"") < page.indexOf("data-state=\"wrong\""), "in the order given");
        assertTrue(page.indexOf("data-state=\"wrong\"") < page.indexOf("data-state=\"right\""), "in the order given");
        assertTrue(page.contains("1 of 2 right"), "the accuracy");
        assertTrue(page.contains("is <b>Bag</b>"), "the true class of the wrong one");
    }

    private static String page(long leftOut, @Nullable ConfusionMatrix confusion, ShownImage... shown)
            throws IOException {
        StringBuilder page = new StringBuilder();
        ReportPage.write(
                new Report(
                        HOSTILE,
                        HOSTILE,
                        HOSTILE,
                        HOSTILE,
                        new ScoringSummary(shown.length, 1, 0.5),
                        List.of(new ClassCount(0, HOSTILE, 3, 0.5)),
                        new long[] {0, 1, 2, 0, 0, 0, 0, 0, 0, 0},
                        List.of(shown),
                        leftOut,
                        confusion),
                page);
        return page.toString();
    }

    private static ScoredImage scored(String path, String label, float probability) {
        return new ScoredImage(path, 0, label, probability, List.of(new RankedClass(0, label, probability)), null);
    }

    private static ScoredImage failed(String path, String error) {
        return new ScoredImage(path, null, null, null, List.of(), error);
    }

    private static int count(String text, String part) {
        return (int)
                Pattern.compile(Pattern.quote(part)).matcher(text).results().count();
    }
}
