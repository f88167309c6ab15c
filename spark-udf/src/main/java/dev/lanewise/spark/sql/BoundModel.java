package dev.lanewise.spark.sql;

import dev.lanewise.arrow.score.ModelFit;
import dev.lanewise.arrow.score.ScoringOptions;
import dev.lanewise.engine.ModelException;
import dev.lanewise.spark.model.LabelFiles;
import dev.lanewise.spark.model.ModelFiles;
import dev.lanewise.spark.model.ModelHandle;
import dev.lanewise.spark.model.NamedModel;
import dev.lanewise.spark.score.ScoringRequest;
import java.io.Serializable;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.classic.SparkSession;
import scala.jdk.javaapi.CollectionConverters;

/**
 * A model that a query names, read and broadcast.
 *
 * @param request what tasks need of it; its outputs are those of no call in particular
 * @param labels its classes' names; empty if it has none
 */
record BoundModel(ScoringRequest request, List<String> labels) implements Serializable {

    /**
     * Reads a model and its labels on the driver.
     *
     * @param nameOrPath see {@link NamedModel#find}
     * @param session whose settings name models, and know where Hadoop's file systems are
     * @throws IllegalArgumentException if there is no such name, its settings are wrong, or its labels cannot be read
     * @throws ModelException if the model cannot be read
     */
    static BoundModel of(String nameOrPath, SparkSession session) {
        NamedModel named = NamedModel.find(
                nameOrPath, CollectionConverters.asJava(session.conf().getAll()));
        Configuration configuration = session.sessionState().newHadoopConf();
        ModelHandle handle =
                ModelHandle.of(session.sparkContext(), ModelFiles.read(named.path(), configuration), named.options());
        String labels = named.labelsPath();
        return new BoundModel(
                new ScoringRequest(handle, named.scoring(), named.threads()),
                labels == null ? List.of() : LabelFiles.read(labels, configuration));
    }

    /**
     * Lets options that do not fit the model fail here, before any job runs.
     *
     * @throws ModelException if the model cannot be built
     * @throws IllegalArgumentException if the options, the labels and the model do not fit each other
     */
    void check(ScoringOptions options) {
        ModelHandle handle = request.model();
        ModelFit.of(handle.model(), options).requireLabels(handle.name(), labels);
    }
}
