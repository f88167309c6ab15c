package dev.lanewise.spark.plugin;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import dev.lanewise.spark.model.ModelCacheLimits;
import dev.lanewise.spark.model.ModelFiles;
import dev.lanewise.spark.model.ModelHandle;
import dev.lanewise.spark.model.NamedModel;
import dev.lanewise.spark.score.ExecutorTotals;
import dev.lanewise.spark.score.ScoringRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.apache.spark.SparkContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;

/** Reads and broadcasts the models for all executors, and adds up what they report. */
final class DriverSide implements DriverPlugin {

    private static final Logger LOG = LoggerFactory.getLogger(LanewisePlugin.class);

    /** What each executor has done, by its name; those that are gone count on. */
    private final Map<String, ExecutorTotals> done = new ConcurrentHashMap<>();

    /** Nothing can be broadcast before the application has started. */
    private final CountDownLatch started = new CountDownLatch(1);

    private @Nullable SparkContext context;
    private List<NamedModel> named = List.of();
    private @Nullable List<ScoringRequest> requests;
    private volatile boolean stopped;

    /** @throws IllegalArgumentException if a setting is wrong, so that the application does not start */
    @Override
    public Map<String, String> init(SparkContext sparkContext, PluginContext plugin) {
        Map<String, String> settings = new HashMap<>();
        for (Tuple2<String, String> setting : sparkContext.conf().getAll()) {
            settings.put(setting._1(), setting._2());
        }
        ModelCacheLimits.of(sparkContext.conf());
        named = NamedModel.all(settings);
        context = sparkContext;
        return Map.of();
    }

    @Override
    public void registerMetrics(String applicationId, PluginContext plugin) {
        TotalsMetrics.register(plugin.metricRegistry(), "total.", this::totals);
        plugin.metricRegistry().register(MetricRegistry.name("total.executors"), (Gauge<Integer>) done::size);
        started.countDown();
    }

    /** Takes a message that is in bytes; the answer is, too. */
    @Override
    public byte @Nullable [] receive(Object bytes) throws IOException, ClassNotFoundException, InterruptedException {
        Message message = Message.of(bytes);
        if (message instanceof Message.Done executor) {
            done.put(executor.executor(), executor.totals());
            return null;
        }
        started.await();
        return new Message.Models(requests()).bytes();
    }

    @Override
    public void shutdown() {
        stopped = true;
        started.countDown();
    }

    ExecutorTotals totals() {
        return done.values().stream().reduce(ExecutorTotals.NONE, ExecutorTotals::plus);
    }

    private synchronized List<ScoringRequest> requests() {
        if (requests == null && !stopped) {
            requests = new ArrayList<>();
            for (NamedModel model : named) {
                read(model, Objects.requireNonNull(context), requests);
            }
        }
        return requests == null ? List.of() : requests;
    }

    private static void read(NamedModel model, SparkContext context, List<ScoringRequest> requests) {
        try {
            ModelHandle handle = ModelHandle.of(
                    context, ModelFiles.read(model.path(), context.hadoopConfiguration()), model.options());
            requests.add(new ScoringRequest(handle, model.scoring(), model.threads()));
        } catch (RuntimeException e) {
            LOG.warn("model '{}' is not warmed: {}", model.name(), e.getMessage());
        }
    }
}
