package dev.lanewise.spark.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Spark's own interface shows of the scoring operator. */
class ScoringMetricsTest {

    @Test
    void theRestInterfaceOfTheSqlTabShowsThatEachImageIsDecodedAndInferredOnce(@TempDir Path folder) throws Exception {
        SparkSession spark = FashionTable.session(Map.of("spark.ui.port", "0", "spark.ui.enabled", "true"));
        try {
            FashionTable.create(spark, folder);
            long rows = spark.sql("SELECT * FROM (SELECT path, onnx_classify(content, 'fashion') s,"
                            + " onnx_predict(content, 'fashion') p, onnx_classify(content, 'fashion', 2) t FROM images)"
                            + " WHERE s.probability > 0.9")
                    .collectAsList()
                    .size();
            assertTrue(rows > 10 && rows < FashionTable.IMAGES, rows + " rows");
            Map<String, String> metrics = awaitMetrics(spark);
            assertEquals(String.valueOf(FashionTable.IMAGES), metrics.get("images"), metrics.toString());
            assertEquals("0", metrics.getOrDefault("invalid images", "0"), metrics.toString());
            assertTrue(metrics.containsKey("batches"), metrics.toString());
            for (String step : new String[] {"decode", "pack", "infer"}) {
                assertTrue(metrics.containsKey("time to " + step), metrics.toString());
            }
        } finally {
            spark.stop();
        }
    }

    /** Of the one operator of the application's queries, as soon as its query is known to have ended. */
    private static Map<String, String> awaitMetrics(SparkSession spark) throws IOException, InterruptedException {
        URI queries = URI.create(spark.sparkContext().uiWebUrl().get() + "/api/v1/applications/"
                + spark.sparkContext().applicationId() + "/sql?details=true&planDescription=false");
        for (int attempt = 0; attempt < 100; attempt++) {
            String answer = HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(queries).build(), BodyHandlers.ofString())
                    .body();
            List<Map<String, String>> operators = new ArrayList<>();
            for (JsonNode query : new ObjectMapper().readTree(answer)) {
                for (JsonNode node : query.path("nodes")) {
                    if (query.path("status").asText().equals("COMPLETED")
                            && node.path("nodeName").asText().equals("ScoreImages")) {
                        Map<String, String> metrics = new TreeMap<>();
                        node.path("metrics")
                                .forEach(metric -> metrics.put(
                                        metric.path("name").asText(),
                                        metric.path("value").asText()));
                        operators.add(metrics);
                    }
                }
            }
            if (operators.stream().anyMatch(metrics -> metrics.containsKey("images"))) {
                assertEquals(1, operators.size(), operators.toString());
                return operators.get(0);
            }
            Thread.sleep(100);
        }
        throw new AssertionError("no metrics of the operator at " + queries);
    }
}
