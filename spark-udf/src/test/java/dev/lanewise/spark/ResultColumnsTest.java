package dev.lanewise.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.arrow.score.ImageScore;
import dev.lanewise.spark.ResultColumns.Content;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class ResultColumnsTest {

    private static final StructType INPUT =
            new StructType().add("path", DataTypes.StringType).add("content", DataTypes.BinaryType);

    private static final ImageScore SCORE = ImageScore.best(new int[] {1, 0}, new float[] {0.75f, 0.25f});

    @Test
    void appendsTheResultToTheInput() {
        assertEquals(
                "path STRING,content BINARY,prediction INT,label STRING,probability FLOAT,"
                        + "top ARRAY<STRUCT<index: INT NOT NULL, label: STRING NOT NULL, probability: FLOAT NOT NULL>>,"
                        + "error STRING",
                ResultColumns.of(INPUT, Set.of(), List.of(), Content.BEST_CLASSES, false)
                        .schema()
                        .toDDL());
    }

    @Test
    void leavesTheDroppedColumnOut() {
        ResultColumns columns = ResultColumns.of(INPUT, Set.of(1), List.of(), Content.BEST_CLASSES, false);
        assertArrayEquals(
                new String[] {"path", "prediction", "label", "probability", "top", "error"},
                columns.schema().fieldNames());
        assertEquals(
                "a.png",
                columns.row(RowFactory.create("a.png", new byte[0]), SCORE).getString(0));
    }

    @Test
    void namesClassesByLabelOrElseByIndex() {
        Row input = RowFactory.create("a.png", new byte[0]);
        assertEquals(
                "dog",
                ResultColumns.of(INPUT, Set.of(1), List.of("cat", "dog"), Content.BEST_CLASSES, false)
                        .row(input, SCORE)
                        .get(2));
        assertEquals(
                "1",
                ResultColumns.of(INPUT, Set.of(1), List.of(), Content.BEST_CLASSES, false)
                        .row(input, SCORE)
                        .get(2));
        ResultColumns tooFew = ResultColumns.of(INPUT, Set.of(1), List.of("cat"), Content.BEST_CLASSES, false);
        assertThrows(IllegalArgumentException.class, () -> tooFew.row(input, SCORE));
    }

    @Test
    void rowsKnowTheirColumnsByName() {
        Row row = ResultColumns.of(
                        INPUT, Set.of(1), List.of("cat", "dog"), new Content(true, false, List.of(), "result"), false)
                .row(RowFactory.create("a.png", new byte[0]), SCORE);
        assertEquals("a.png", row.getAs("path"));
        Row result = row.getAs("result");
        assertEquals("dog", result.getAs("label"));
        Row[] top = result.getAs("top");
        assertEquals("cat", top[1].getAs("label"));
    }

    @Test
    void anErrorLeavesTheOthersNull() {
        Row row = ResultColumns.of(INPUT, Set.of(1), List.of(), Content.BEST_CLASSES, false)
                .row(RowFactory.create("a.png", new byte[0]), ImageScore.failed("broken"));
        assertEquals(RowFactory.create("a.png", null, null, null, null, "broken"), row);
    }

    @Test
    void refusesAnInputThatHasTheColumnsAlready() {
        StructType clashing = INPUT.add("Label", DataTypes.StringType).add("error", DataTypes.StringType);
        String message = String.valueOf(assertThrows(
                        IllegalArgumentException.class,
                        () -> ResultColumns.of(clashing, Set.of(), List.of(), Content.BEST_CLASSES, false))
                .getMessage());
        assertTrue(message.contains("'label', 'error'"), message);
        ResultColumns.of(INPUT.add("Label", DataTypes.StringType), Set.of(), List.of(), Content.BEST_CLASSES, true);
    }

    @Test
    void givesWhatElseIsWantedBeforeTheError() {
        Content everything = new Content(true, true, List.of("features"), null);
        assertArrayEquals(
                new String[] {"prediction", "label", "probability", "top", "probabilities", "features", "error"},
                everything.fields().fieldNames());
        Content one = new Content(false, false, List.of("features"), "result");
        assertEquals(
                "path STRING,result STRUCT<features: ARRAY<FLOAT>, error: STRING> NOT NULL",
                ResultColumns.of(INPUT, Set.of(1), List.of(), one, false)
                        .schema()
                        .toDDL());
        Row row = ResultColumns.of(INPUT, Set.of(1), List.of(), one, false)
                .row(RowFactory.create("a.png", new byte[0]), ImageScore.failed("broken"));
        assertEquals(RowFactory.create("a.png", RowFactory.create(null, "broken")), row);
    }

    @Test
    void refusesAnOutputNamedAsAnotherColumn() {
        Content clashing = new Content(true, false, List.of("Label"), null);
        String message = String.valueOf(assertThrows(
                        IllegalArgumentException.class,
                        () -> ResultColumns.of(INPUT, Set.of(), List.of(), clashing, false))
                .getMessage());
        assertTrue(message.contains("two columns 'Label'"), message);
        ResultColumns.of(INPUT, Set.of(), List.of(), clashing, true);
        // Its fields may be named as the input's columns are.
        ResultColumns.of(INPUT, Set.of(), List.of(), new Content(false, false, List.of("path"), "result"), false);
    }
}
