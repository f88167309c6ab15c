package dev.lanewise.arrow.score;

import dev.lanewise.arrow.batch.ImageBatch;
import dev.lanewise.arrow.preprocess.ImageSize;
import dev.lanewise.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;

/**
 * The rows of a batch that the network takes in one run: what they offer for an input has one form.
 *
 * @param inputs of the network, in the order of the vectors
 * @param vectors one for each input, a row of each for each of the places
 * @param places where in the batch each row stands
 */
record ImageBucket(List<NetworkInput> inputs, List<InputVector> vectors, List<Integer> places)
        implements AutoCloseable {

    /**
     * Takes memory for rows of one form; images are still to be written.
     *
     * @param candidates the whole batch
     */
    static ImageBucket allocate(
            List<NetworkInput> inputs, List<Candidate> candidates, List<Integer> places, BufferAllocator allocator) {
        ImageBucket bucket = new ImageBucket(inputs, new ArrayList<>(), places);
        try {
            for (int input = 0; input < inputs.size(); input++) {
                bucket.vectors.add(vector(inputs.get(input), input, candidates, places, allocator));
            }
            return bucket;
        } catch (RuntimeException | Error failure) {
            bucket.close();
            throw failure;
        }
    }

    private static InputVector vector(
            NetworkInput input,
            int index,
            List<Candidate> candidates,
            List<Integer> places,
            BufferAllocator allocator) {
        List<Candidate.Part> parts = places.stream()
                .map(place -> candidates.get(place).parts().get(index))
                .toList();
        ImageSize size = parts.get(0).size();
        return size == null
                ? new InputVector.Values(
                        parts.stream()
                                .map(part -> ((ImageInput.Values) part.input()).elements())
                                .toList(),
                        input.rowShape().orElseThrow())
                : new InputVector.Pixels(
                        ImageBatch.allocate(input.preprocessor().orElseThrow(), size, parts.size(), allocator));
    }

    /** The rows that are complete, as indices of {@link #places}, in order. */
    int[] presentRows() {
        return IntStream.range(0, places.size())
                .filter(row -> vectors.stream().allMatch(vector -> vector.isPresent(row)))
                .toArray();
    }

    /** Some of the rows as the network reads them, by the inputs' names; those beyond {@code rows} are 0. */
    Map<String, Tensor> tensors(int[] rows, int paddedTo) {
        Map<String, Tensor> tensors = new HashMap<>();
        for (int i = 0; i < vectors.size(); i++) {
            tensors.put(inputs.get(i).name(), vectors.get(i).tensor(rows, paddedTo));
        }
        return tensors;
    }

    @Override
    public void close() {
        vectors.forEach(InputVector::close);
    }
}
