package dev.lanewise.arrow.tensor;

import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.ExtensionTypeRegistry;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.jspecify.annotations.Nullable;

/**
 * Tensors of one shape, stored row-major in fixed-size lists; the list's child gives the element type.
 *
 * @see <a href="https://arrow.apache.org/docs/format/CanonicalExtensions.html#fixed-shape-tensor">Fixed shape tensor</a>
 */
public final class FixedShapeTensorType extends ArrowType.ExtensionType {

    public static final String NAME = "arrow.fixed_shape_tensor";

    private final TensorLayout layout;

    public FixedShapeTensorType(TensorLayout layout) {
        this.layout = layout;
    }

    /** Lets Arrow's readers make {@link FixedShapeTensorVector}s; may be called any number of times. */
    public static void register() {
        ExtensionTypeRegistry.register(new FixedShapeTensorType(TensorLayout.scalar()));
    }

    public TensorLayout layout() {
        return layout;
    }

    @Override
    public ArrowType storageType() {
        return new FixedSizeList(layout.size());
    }

    @Override
    public String extensionName() {
        return NAME;
    }

    @Override
    public boolean extensionEquals(ExtensionType other) {
        return other instanceof FixedShapeTensorType that && layout.equals(that.layout);
    }

    @Override
    public String serialize() {
        return layout.toJson();
    }

    /** @throws IllegalArgumentException if the metadata is malformed or does not fit the storage */
    @Override
    public ArrowType deserialize(ArrowType storageType, String serializedData) {
        FixedShapeTensorType type = new FixedShapeTensorType(TensorLayout.ofJson(serializedData));
        if (!type.storageType().equals(storageType)) {
            throw new IllegalArgumentException(NAME + " of shape " + type.layout.shape() + " is stored in "
                    + type.storageType() + ", not " + storageType);
        }
        return type;
    }

    @Override
    public FieldVector getNewVector(String name, FieldType fieldType, BufferAllocator allocator) {
        return new FixedShapeTensorVector(name, fieldType, allocator);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ExtensionType that && extensionEquals(that);
    }

    @Override
    public int hashCode() {
        return layout.hashCode();
    }
}
