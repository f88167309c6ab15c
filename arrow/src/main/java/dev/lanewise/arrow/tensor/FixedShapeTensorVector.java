package dev.lanewise.arrow.tensor;

import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.util.hash.ArrowBufHasher;
import org.apache.arrow.vector.ExtensionTypeVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.jspecify.annotations.Nullable;

/** A column of tensors of one shape. */
public final class FixedShapeTensorVector extends ExtensionTypeVector<FixedSizeListVector> {

    private final Field field;
    private final FixedShapeTensorType type;

    /** An empty vector whose element type is yet to come, as Arrow's readers make them. */
    public FixedShapeTensorVector(String name, FieldType fieldType, BufferAllocator allocator) {
        super(name, allocator, storage(name, fieldType, allocator));
        this.field = new Field(name, fieldType, null);
        this.type = (FixedShapeTensorType) fieldType.getType();
    }

    /** A vector of {@code count} tensors, all null, with memory for each; the elements' bytes are not cleared. */
    public static FixedShapeTensorVector allocate(
            String name, FixedShapeTensorType type, ArrowType elementType, int count, BufferAllocator allocator) {
        FixedShapeTensorVector vector = new FixedShapeTensorVector(name, FieldType.nullable(type), allocator);
        try {
            vector.initializeChildrenFromFields(List.of(new Field("item", FieldType.notNullable(elementType), null)));
            vector.setInitialCapacity(count);
            vector.allocateNew();
            vector.setValueCount(count);
            // Elements are never null by themselves, but Arrow's Java vectors look at their flags all the same.
            ArrowBuf flags = vector.getUnderlyingVector().getDataVector().getValidityBuffer();
            flags.setOne(0, flags.capacity());
            return vector;
        } catch (RuntimeException failure) {
            vector.close();
            throw failure;
        }
    }

    public FixedShapeTensorType type() {
        return type;
    }

    /** Where the elements of all tensors lie, one tensor after another. */
    public ArrowBuf elements() {
        return getUnderlyingVector().getDataVector().getDataBuffer();
    }

    /** Makes a tensor count as present; its elements must have been written. */
    public void setPresent(int index) {
        getUnderlyingVector().setNotNull(index);
    }

    /** With the storage's children: Arrow's writers need the element type. */
    @Override
    public Field getField() {
        List<Field> children = getUnderlyingVector().getField().getChildren();
        return new Field(field.getName(), field.getFieldType(), children);
    }

    /** The elements of one tensor; null if it is null. */
    @Override
    public @Nullable Object getObject(int index) {
        return isNull(index) ? null : getUnderlyingVector().getObject(index);
    }

    @Override
    public int hashCode(int index) {
        return getUnderlyingVector().hashCode(index);
    }

    @Override
    public int hashCode(int index, ArrowBufHasher hasher) {
        return getUnderlyingVector().hashCode(index, hasher);
    }

    private static FixedSizeListVector storage(String name, FieldType fieldType, BufferAllocator allocator) {
        FixedShapeTensorType type = (FixedShapeTensorType) fieldType.getType();
        FieldVector storage = new FieldType(fieldType.isNullable(), type.storageType(), fieldType.getDictionary())
                .createNewSingleVector(name, allocator, null);
        return (FixedSizeListVector) storage;
    }
}
