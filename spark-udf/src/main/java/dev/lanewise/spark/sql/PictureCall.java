package dev.lanewise.spark.sql;

import dev.lanewise.arrow.image.ImageDecoder;
import dev.lanewise.arrow.image.ImageException;
import dev.lanewise.arrow.image.ImageLimits;
import dev.lanewise.arrow.image.Pixels;
import dev.lanewise.arrow.preprocess.Channels;
import dev.lanewise.arrow.preprocess.Crop;
import dev.lanewise.arrow.preprocess.Preprocessing;
import dev.lanewise.arrow.preprocess.Preprocessor;
import dev.lanewise.arrow.preprocess.Resize;
import dev.lanewise.arrow.score.ImageInput;
import dev.lanewise.spark.score.ExecutorMemory;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.analysis.TypeCheckResult;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.IntegerType;
import org.jspecify.annotations.Nullable;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/** A call of a {@link PictureFunction}. */
public final class PictureCall extends ImageExpression {

    private static final long serialVersionUID = 1L;

    private final PictureFunction function;
    private final Seq<Expression> arguments;

    /** @param arguments the image, then the width and the height if the function wants them */
    public PictureCall(PictureFunction function, Seq<Expression> arguments) {
        super(function, arguments);
        this.function = function;
        this.arguments = arguments;
    }

    @Override
    public TypeCheckResult checkInputDataTypes() {
        if (!ImageValue.isPicture(image().dataType())) {
            return Arguments.unexpectedType(0, ImageValue.PICTURE_TYPES, image());
        }
        for (int i = 1; i < arguments.size(); i++) {
            if (!(arguments.apply(i).dataType() instanceof IntegerType)) {
                return Arguments.unexpectedType(i, "INT", arguments.apply(i));
            }
        }
        return Arguments.success();
    }

    @Override
    public @Nullable Object eval(@Nullable InternalRow input) {
        @Nullable Object[] values = new @Nullable Object[arguments.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = arguments.apply(i).eval(input);
        }
        return answer(function, image().dataType(), values);
    }

    /**
     * The picture that the function makes; null if an argument is.
     *
     * @param type the image's type
     * @param arguments the image, then the width and the height if the function wants them, as Catalyst represents them
     */
    static @Nullable InternalRow answer(PictureFunction function, DataType type, @Nullable Object[] arguments) {
        for (Object argument : arguments) {
            if (argument == null) {
                return null;
            }
        }
        try {
            Pixels pixels = pixels(new ImageValue(type, ImageLimits.DEFAULT).read(arguments[0]));
            return ImageColumns.row(
                    function.resizes() ? resized(pixels, (Integer) arguments[1], (Integer) arguments[2]) : pixels);
        } catch (ImageException | IllegalArgumentException unfit) {
            if (function.tolerant()) {
                return null;
            }
            throw RawScore.failure(
                    function.sqlName(),
                    type.sql(),
                    "STRUCT",
                    unfit.getMessage() + "; try_" + function.sqlName() + " gives NULL instead");
        }
    }

    @Override
    public DataType dataType() {
        return ImageColumns.TYPE;
    }

    @Override
    public String prettyName() {
        return function.sqlName();
    }

    @Override
    public Seq<Expression> children() {
        return arguments;
    }

    @Override
    public Expression withNewChildrenInternal(IndexedSeq<Expression> children) {
        return new PictureCall(function, children);
    }

    @Override
    public String toString() {
        return called(function.sqlName(), arguments);
    }

    private Expression image() {
        return arguments.apply(0);
    }

    private static Pixels pixels(ImageInput input) throws ImageException {
        if (input instanceof ImageInput.Encoded file) {
            return new ImageDecoder().decode(file.bytes());
        }
        if (input instanceof ImageInput.Decoded decoded) {
            return decoded.pixels();
        }
        throw new ImageException(((ImageInput.Missing) input).reason());
    }

    /** Scales as images are scaled for a network, and keeps their channels. */
    private static Pixels resized(Pixels pixels, int width, int height) throws ImageException {
        Preprocessing scaling = Preprocessing.preset("unit")
                .withResize(Resize.exact(height, width))
                .withCrop(Crop.NONE)
                .withChannels(pixels.channels() == 1 ? Channels.GRAY : Channels.RGB);
        Preprocessor preprocessor = Preprocessor.of(scaling, pixels.channels(), height, width, ImageLimits.DEFAULT);
        preprocessor.outputSize(pixels.width(), pixels.height());
        if ((long) width * height > ImageLimits.DEFAULT.maxPixels()) {
            throw new ImageException("the image would have " + width + "x" + height + " pixels, more than the "
                    + ImageLimits.DEFAULT.maxPixels() + " that an image may have");
        }
        byte[] data = new byte[width * height * pixels.channels()];
        BufferAllocator memory = ExecutorMemory.openTask("lanewise image_resize");
        try (ArrowBuf buffer = memory.buffer(data.length)) {
            preprocessor.apply(pixels, buffer, 0);
            buffer.getBytes(0, data);
        } finally {
            ExecutorMemory.closeTask(memory);
        }
        return new Pixels(width, height, pixels.channels(), data);
    }
}
