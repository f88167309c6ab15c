package dev.lanewise.spark.ml;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.ml.param.Param;
import scala.Function1;

/** Names of a network's values by the columns that they become, in order; in JSON an object of texts. */
public final class TensorColumnsParam extends Param<Map<String, String>> {

    private static final long serialVersionUID = 1L;

    private static final ObjectMapper JSON = new ObjectMapper();

    TensorColumnsParam(String parent, String name, String doc) {
        super(parent, name, doc, (Function1<Map<String, String>, Object> & Serializable) TensorColumnsParam::valid);
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

    private static boolean valid(Map<String, String> columns) {
        columns.forEach((column, tensor) -> {
            if (column.isBlank() || tensor.isBlank()) {
                throw new IllegalArgumentException("outputs has an empty name: '" + column + "' = '" + tensor
                        + "'; give a column and a value of the network");
            }
        });
        return true;
    }
}
