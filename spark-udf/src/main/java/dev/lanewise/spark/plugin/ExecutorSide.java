package dev.lanewise.spark.plugin;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import dev.lanewise.kernels.tune.ConvolutionSelector;
import dev.lanewise.spark.model.ModelCache;
import dev.lanewise.spark.score.CollectorCheck;
import dev.lanewise.spark.score.ExecutorMemory;
import dev.lanewise.spark.score.ExecutorTotals;
import dev.lanewise.spark.score.ScoringRequest;
import dev.lanewise.spark.score.WarmUp;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.apache.spark.TaskFailedReason;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Warms the models in an executor, and reports what it does. */
final class ExecutorSide implements ExecutorPlugin {

    private static final Logger LOG = LoggerFactory.getLogger(LanewisePlugin.class);

    private volatile @Nullable PluginContext plugin;
    private volatile boolean stopped;
    private ExecutorTotals reported = ExecutorTotals.NONE;

    @Override
    public void init(PluginContext context, Map<String, String> settings) {
        plugin = context;
        CollectorCheck.warnOnce();
        MetricRegistry metrics = context.metricRegistry();
        TotalsMetrics.register(metrics, "", ExecutorTotals::current);
        metrics.register("models", (Gauge<Integer>) ModelCache::size);
        metrics.register("modelBytes", (Gauge<Long>) ModelCache::bytes);
        metrics.register("arrowBytes", (Gauge<Long>) ExecutorMemory::allocatedBytes);
        metrics.register("scalarFallbacks", (Gauge<Long>) ConvolutionSelector::scalarFallbacks);
        Thread warming = new Thread(() -> warmUp(context), "lanewise-warm-up");
        warming.setDaemon(true);
        warming.setContextClassLoader(ExecutorSide.class.getClassLoader());
        warming.start();
    }

    @Override
    public void onTaskSucceeded() {
        report();
    }

    @Override
    public void onTaskFailed(TaskFailedReason reason) {
        report();
    }

    @Override
    public void shutdown() {
        stopped = true;
        report();
    }

    /** Whatever goes wrong here, the tasks meet it again and say so, or never need it. */
    @SuppressWarnings("CatchAndPrintStackTrace")
    private void warmUp(PluginContext context) {
        try {
            if (Message.of(context.ask(new Message.WhichModels().bytes())) instanceof Message.Models models) {
                models.requests().forEach(this::warmUp);
            }
        } catch (Throwable e) {
            LOG.warn("no model is warmed: {}", e.toString());
            LOG.debug("no model is warmed", e);
        }
    }

    private void warmUp(ScoringRequest request) {
        long start = System.nanoTime();
        try {
            WarmUp.run(request, () -> stopped);
            LOG.info("warmed model {} in {} ms", request.model(), (System.nanoTime() - start) / 1_000_000);
        } catch (CancellationException stopping) {
            LOG.debug("the executor stops before model {} is warm", request.model());
        } catch (Throwable e) {
            LOG.warn("model {} is not warmed: {}", request.model(), e.toString());
            LOG.debug("model {} is not warmed", request.model(), e);
        }
    }

    private synchronized void report() {
        PluginContext context = plugin;
        ExecutorTotals totals = ExecutorTotals.current();
        if (context == null || totals.equals(reported)) {
            return;
        }
        try {
            context.send(new Message.Done(context.executorID(), totals).bytes());
            reported = totals;
        } catch (IOException | RuntimeException e) {
            // The driver may be gone; the next report has these figures, too.
            LOG.debug("the driver cannot be told of {}", totals, e);
        }
    }
}
