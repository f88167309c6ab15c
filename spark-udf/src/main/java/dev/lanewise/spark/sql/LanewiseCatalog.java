package dev.lanewise.spark.sql;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.catalyst.analysis.NoSuchFunctionException;
import org.apache.spark.sql.catalyst.analysis.NoSuchNamespaceException;
import org.apache.spark.sql.connector.catalog.FunctionCatalog;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.connector.catalog.functions.UnboundFunction;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import org.jspecify.annotations.Nullable;

/**
 * The functions as a catalog, through Spark's stable interface: {@code spark.sql.catalog.lanewise =
 * dev.lanewise.spark.sql.LanewiseCatalog}, then {@code SELECT lanewise.onnx_classify(content, 'resnext') FROM images}.
 *
 * <p>They give what the functions of {@link LanewiseExtensions} give, to the bit, but row by row; and since Spark tells such a
 * function the types of its arguments and not their values, they take models by name alone, and a name that is unknown fails
 * when the query runs.
 *
 * @see <a href="https://spark.apache.org/docs/4.1.0/api/java/org/apache/spark/sql/connector/catalog/FunctionCatalog.html">Spark's
 *     FunctionCatalog</a>
 */
public final class LanewiseCatalog implements FunctionCatalog {

    private final Map<String, UnboundFunction> functions = new LinkedHashMap<>();
    private @Nullable String name;

    /** Spark makes catalogs by this. */
    public LanewiseCatalog() {
        for (OnnxFunction function : OnnxFunction.values()) {
            functions.put(function.sqlName(), new CatalogScoring(function));
        }
        for (PictureFunction function : PictureFunction.values()) {
            functions.put(function.sqlName(), new CatalogPicture(function));
        }
    }

    @Override
    public void initialize(String catalogName, CaseInsensitiveStringMap options) {
        name = catalogName;
    }

    @Override
    public String name() {
        if (name == null) {
            throw new IllegalStateException("the catalog has not been initialised");
        }
        return name;
    }

    @Override
    public Identifier[] listFunctions(String[] namespace) throws NoSuchNamespaceException {
        if (namespace.length > 0) {
            throw new NoSuchNamespaceException(namespace);
        }
        List<Identifier> all = new ArrayList<>();
        functions.keySet().forEach(function -> all.add(Identifier.of(namespace, function)));
        return all.toArray(Identifier[]::new);
    }

    @Override
    public UnboundFunction loadFunction(Identifier identifier) throws NoSuchFunctionException {
        UnboundFunction function = functions.get(identifier.name().toLowerCase(Locale.ROOT));
        if (function == null || identifier.namespace().length > 0) {
            throw new NoSuchFunctionException(identifier);
        }
        return function;
    }
}
