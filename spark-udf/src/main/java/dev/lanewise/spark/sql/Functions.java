package dev.lanewise.spark.sql;

import java.util.List;
import java.util.Map;

/** What the functions are and what is said of them. */
final class Functions {

    private static final String CONTENT =
            "content - an image: a file's bytes (BINARY), Spark's image struct, or what the"
                    + " network reads, preprocessed (ARRAY<FLOAT>). NULL gives NULL.";
    private static final String MODEL = "model - a constant: the name of a model that the settings"
            + " spark.lanewise.model.<name>.path etc. describe, or the path of an ONNX file. onnx_models() lists the names.";
    private static final String PICTURE = "image - a file's bytes (BINARY) or Spark's image struct. NULL gives NULL.";

    static final FunctionDescription MODELS = new FunctionDescription(
            "onnx_models",
            OnnxModels.class,
            "_FUNC_() - Lists the models that settings spark.lanewise.model.<name>.* name.",
            List.of(),
            "SELECT name, path FROM _FUNC_();",
            "table_funcs");

    private static final Map<OnnxFunction, FunctionDescription> SCORING = Map.of(
            OnnxFunction.ONNX_CLASSIFY,
            classify(
                    OnnxFunction.ONNX_CLASSIFY,
                    "Returns the best class of an image as struct<prediction, label, probability, top, error>;"
                            + " an image that cannot be scored gives the reason as error and NULL for the rest."),
            OnnxFunction.TRY_ONNX_CLASSIFY,
            classify(
                    OnnxFunction.TRY_ONNX_CLASSIFY,
                    "Returns what onnx_classify does, but NULL for an image that cannot be scored."),
            OnnxFunction.ONNX_PREDICT,
            predict(
                    OnnxFunction.ONNX_PREDICT,
                    "Returns the probabilities of all classes; an image that cannot be scored is an error."),
            OnnxFunction.TRY_ONNX_PREDICT,
            predict(
                    OnnxFunction.TRY_ONNX_PREDICT,
                    "Returns what onnx_predict does, but NULL for an image that cannot be scored."),
            OnnxFunction.ONNX_EMBED,
            embed(
                    OnnxFunction.ONNX_EMBED,
                    "Returns a value of the network, flattened; an image that cannot be scored is an error."),
            OnnxFunction.TRY_ONNX_EMBED,
            embed(
                    OnnxFunction.TRY_ONNX_EMBED,
                    "Returns what onnx_embed does, but NULL for an image that cannot be scored."));

    private static final Map<PictureFunction, FunctionDescription> PICTURES = Map.of(
            PictureFunction.IMAGE_DECODE,
            decode(
                    PictureFunction.IMAGE_DECODE,
                    "Decodes an image to Spark's image struct; one that cannot be decoded is an error."),
            PictureFunction.TRY_IMAGE_DECODE,
            decode(
                    PictureFunction.TRY_IMAGE_DECODE,
                    "Returns what image_decode does, but NULL for an image that cannot be decoded."),
            PictureFunction.IMAGE_RESIZE,
            resize(
                    PictureFunction.IMAGE_RESIZE,
                    "Scales an image to a size, as networks' inputs are scaled (bilinear with antialias, as Pillow does), to"
                            + " Spark's image struct; one that cannot be decoded is an error."),
            PictureFunction.TRY_IMAGE_RESIZE,
            resize(
                    PictureFunction.TRY_IMAGE_RESIZE,
                    "Returns what image_resize does, but NULL for an image that cannot be decoded."));

    private Functions() {}

    static FunctionDescription of(OnnxFunction function) {
        return SCORING.getOrDefault(function, MODELS);
    }

    static FunctionDescription of(PictureFunction function) {
        return PICTURES.getOrDefault(function, MODELS);
    }

    private static FunctionDescription classify(OnnxFunction function, String does) {
        return new FunctionDescription(
                function.sqlName(),
                OnnxCall.class,
                "_FUNC_(content, model[, topK]) - " + does,
                List.of(
                        CONTENT,
                        MODEL,
                        "topK - a constant: how many classes top names; the model's setting unless given"),
                "SELECT path, _FUNC_(content, 'resnext', 3).label FROM images;",
                "misc_funcs");
    }

    private static FunctionDescription predict(OnnxFunction function, String does) {
        return new FunctionDescription(
                function.sqlName(),
                OnnxCall.class,
                "_FUNC_(content, model) - " + does,
                List.of(CONTENT, MODEL),
                "SELECT path, _FUNC_(content, 'resnext') AS probabilities FROM images;",
                "misc_funcs");
    }

    private static FunctionDescription embed(OnnxFunction function, String does) {
        return new FunctionDescription(
                function.sqlName(),
                OnnxCall.class,
                "_FUNC_(content, model, tensor) - " + does,
                List.of(CONTENT, MODEL, "tensor - a constant: the name of a value in the ONNX file"),
                "SELECT path, _FUNC_(content, 'resnext', 'pooled') AS embedding FROM images;",
                "misc_funcs");
    }

    private static FunctionDescription decode(PictureFunction function, String does) {
        return new FunctionDescription(
                function.sqlName(),
                PictureCall.class,
                "_FUNC_(image) - " + does,
                List.of(PICTURE),
                "SELECT path, _FUNC_(content).height FROM images;",
                "misc_funcs");
    }

    private static FunctionDescription resize(PictureFunction function, String does) {
        return new FunctionDescription(
                function.sqlName(),
                PictureCall.class,
                "_FUNC_(image, width, height) - " + does,
                List.of(PICTURE, "width - INT, in pixels", "height - INT, in pixels"),
                "SELECT path, _FUNC_(content, 64, 64) AS thumbnail FROM images;",
                "misc_funcs");
    }
}
