package dev.lanewise.spark.sql;

import dev.lanewise.engine.ModelException;
import dev.lanewise.spark.model.NamedModel;
import java.io.Serializable;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.spark.sql.classic.SparkSession;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The models that a catalog's function may be asked for. The driver reads and broadcasts them, since executors may not reach
 * their files; an executor builds the one that a row asks for.
 *
 * @param names all that the settings name
 * @param read those that may be asked for
 * @param unreadable why others that may be asked for cannot be used
 */
record CatalogModels(Set<String> names, Map<String, BoundModel> read, Map<String, String> unreadable)
        implements Serializable {

    /** For a function whose model is a column, or not known to the driver for another reason. */
    static CatalogModels all(SparkSession session) {
        return of(namesIn(session), session, name -> BoundModel.of(name, session));
    }

    /**
     * @param asked the names that may be asked for
     * @param reader reads a model of that name
     */
    static CatalogModels of(Set<String> asked, SparkSession session, Function<String, BoundModel> reader) {
        Set<String> names = namesIn(session);
        Map<String, BoundModel> read = new TreeMap<>();
        Map<String, String> unreadable = new TreeMap<>();
        asked.stream().filter(names::contains).forEach(name -> {
            try {
                read.put(name, reader.apply(name));
            } catch (ModelException | IllegalArgumentException e) {
                unreadable.put(name, String.valueOf(e.getMessage()));
            }
        });
        return new CatalogModels(names, read, unreadable);
    }

    /** @throws IllegalArgumentException if it is not named, or cannot be read */
    BoundModel named(String name) {
        BoundModel model = read.get(name);
        if (model == null) {
            throw new IllegalArgumentException(unreadable.getOrDefault(
                    name,
                    "no model is named '" + name + "'; the settings spark.lanewise.model.<name>.path name " + names
                            + ", and a catalog's functions take no paths"));
        }
        return model;
    }

    static Set<String> namesIn(SparkSession session) {
        return new TreeSet<>(
                NamedModel.names(CollectionConverters.asJava(session.conf().getAll())));
    }
}
