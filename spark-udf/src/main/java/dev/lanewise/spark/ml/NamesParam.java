package dev.lanewise.spark.ml;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.ml.param.Param;
import scala.Function1;

/**
 * Names of a network's values and of the columns that belong to them, the former by the latter or the other way round, in
 * order; in JSON an object of texts.
 */
public final class NamesParam extends Param<Map<String, String>> {

    private static final long serialVersionUID = 1L;

    private static final ObjectMapper JSON = new ObjectMapper();

    NamesParam(String parent, String name, String doc) {
        super(parent, name, doc, (Function1<Map<String, String>, Object> & Serializable) names -> valid(name, names));
    }

    @Override
    public String jsonEncode(Map<String, String> value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("parameter " + name() + " cannot be written: " + value, e);
        }
    }

    @Override
    public Map<String, String> jsonDecode(String json) {
        try {
            return JSON.readValue(json, new TypeReference<LinkedHashMap<String, String>>() {});
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("parameter " + name() + " is no object of texts: " + json, e);
        }
    }

    private static boolean valid(String param, Map<String, String> names) {
        names.forEach((key, value) -> {
            if (key.isBlank() || value.isBlank()) {
                throw new IllegalArgumentException(
                        param + " has an empty name: '" + key + "' = '" + value + "'; neither may be empty");
            }
        });
        return true;
    }
}
