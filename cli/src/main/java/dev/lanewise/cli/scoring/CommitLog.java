package dev.lanewise.cli.scoring;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lanewise.cli.scoring.ChunkManifest.Input;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The commits of a scored dataset, kept in its folder {@value #FOLDER}, which readers of the dataset pass over.
 *
 * <p>A chunk's rows are written to a folder of their own. The chunk is committed at the moment when its manifest gets its
 * name, by one rename, which is atomic on local disks and HDFS; only then its files are moved beside those of earlier
 * chunks. Whoever is cut off in between has committed the chunk: the next run moves the rest. So no reader ever sees a row
 * twice, and no image of a committed chunk is scored again.
 */
final class CommitLog {

    static final String FOLDER = "_lanewise";

    private static final String RUN = "run.json";
    private static final String STAGING = "staging";
    private static final String SUCCESS = "_SUCCESS";
    private static final String DATA = "part-";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final FileSystem files;
    private final Path output;
    private final Path log;
    private final Map<String, Input> committed = new HashMap<>();
    private int nextChunk;

    private CommitLog(FileSystem files, Path output) {
        this.files = files;
        this.output = output;
        this.log = new Path(output, FOLDER);
    }

    /**
     * Checks that an earlier run's output may be added to; one that is not there, or holds nothing yet, may.
     *
     * @throws IllegalArgumentException if it was made with another model or other options, or not by Lanewise
     */
    static void requireResumable(FileSystem files, Path output, RunDescription run) throws IOException {
        if (!files.exists(output)) {
            return;
        }
        Path description = new Path(new Path(output, FOLDER), RUN);
        if (files.exists(description)) {
            run.requireSameAs(read(files, description, RunDescription.class), output.toString());
            return;
        }
        for (FileStatus child : files.listStatus(output)) {
            if (!child.getPath().getName().equals(FOLDER)) {
                throw new IllegalArgumentException("output " + output + " holds '"
                        + child.getPath().getName() + "' but no " + FOLDER + "/" + RUN
                        + ", so it cannot be resumed; give another folder, or --overwrite it");
            }
        }
    }

    /** Begins a dataset: what is in its folder is deleted. */
    static CommitLog create(FileSystem files, Path output, RunDescription run) throws IOException {
        if (files.exists(output) && !files.delete(output, true)) {
            throw new IOException("cannot delete the earlier result in " + output);
        }
        CommitLog begun = new CommitLog(files, output);
        begun.makeFolder(begun.log);
        begun.writeAtomically(RUN, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(run));
        return begun;
    }

    /** Opens an earlier run's dataset, after {@link #requireResumable}, and ends the commit that it was in. */
    static CommitLog resume(FileSystem files, Path output, RunDescription run) throws IOException {
        requireResumable(files, output, run);
        CommitLog resumed = new CommitLog(files, output);
        if (!files.exists(new Path(resumed.log, RUN))) {
            return create(files, output, run);
        }
        resumed.recover();
        return resumed;
    }

    /** The images that committed chunks hold, by path. */
    Map<String, Input> committed() {
        return committed;
    }

    /** The folder to write a chunk's rows to; nothing is there. */
    Path staging(int chunk) throws IOException {
        Path folder = new Path(new Path(log, STAGING), name(chunk));
        files.delete(folder, true);
        return folder;
    }

    /** A number for the next chunk. */
    synchronized int begin() {
        return nextChunk++;
    }

    /**
     * Commits what was written to {@link #staging}.
     *
     * @throws IOException if that fails; unless the manifest is there, nothing is committed then
     */
    synchronized void commit(int chunk, List<FileStatus> images, long invalid) throws IOException {
        Path staging = new Path(new Path(log, STAGING), name(chunk));
        List<String> written = Arrays.stream(files.listStatus(staging))
                .map(file -> file.getPath().getName())
                .filter(file -> file.startsWith(DATA))
                .toList();
        String inputs = name(chunk) + ".inputs.gz";
        writeInputs(new Path(log, inputs), images);
        ChunkManifest manifest = new ChunkManifest(chunk, images.size(), invalid, written, inputs);
        writeAtomically(manifestName(chunk), JSON.writeValueAsBytes(manifest));
        publish(manifest);
    }

    /** Marks the dataset complete, as Spark does. */
    void complete() throws IOException {
        files.delete(new Path(log, STAGING), true);
        files.create(new Path(output, SUCCESS), true).close();
    }

    private void recover() throws IOException {
        files.delete(new Path(output, SUCCESS), false);
        for (FileStatus file : files.listStatus(log)) {
            if (file.getPath().getName().matches("chunk-\\d+\\.json")) {
                ChunkManifest manifest = read(files, file.getPath(), ChunkManifest.class);
                nextChunk = Math.max(nextChunk, manifest.chunk() + 1);
                publish(manifest);
                for (Input input : readInputs(new Path(log, manifest.inputs()))) {
                    committed.put(input.path(), input);
                }
            }
        }
        files.delete(new Path(log, STAGING), true);
    }

    /** Moves a committed chunk's files to where readers find them; those that are there already stay. */
    private void publish(ChunkManifest manifest) throws IOException {
        Path staging = new Path(new Path(log, STAGING), name(manifest.chunk()));
        for (String name : manifest.files()) {
            Path from = new Path(staging, name);
            Path to = new Path(output, name);
            boolean published = files.exists(to);
            if (!published && !files.exists(from)) {
                throw new FileNotFoundException(
                        "the scores' file " + to + " is lost, though " + manifestName(manifest.chunk())
                                + " lists it; put it back, or score all again with --overwrite");
            }
            if (!published && !files.rename(from, to)) {
                throw new IOException("cannot move the scores from " + from + " to " + to);
            }
        }
        files.delete(staging, true);
    }

    private void writeInputs(Path file, List<FileStatus> images) throws IOException {
        List<Input> inputs = new ArrayList<>();
        for (FileStatus image : images) {
            inputs.add(new Input(image.getPath().toString(), image.getLen(), image.getModificationTime()));
        }
        try (OutputStream out = new GZIPOutputStream(files.create(file, true))) {
            JSON.writeValue(out, inputs);
        }
    }

    private List<Input> readInputs(Path file) throws IOException {
        try (InputStream in = new GZIPInputStream(files.open(file))) {
            return List.of(JSON.readValue(in, Input[].class));
        } catch (JacksonException e) {
            throw damaged(file, e);
        }
    }

    private static <T> T read(FileSystem files, Path file, Class<T> type) throws IOException {
        try (InputStream in = files.open(file)) {
            return JSON.readValue(in, type);
        } catch (JacksonException e) {
            throw damaged(file, e);
        }
    }

    private static IOException damaged(Path file, JacksonException cause) {
        return new IOException(file + " is damaged; score all again with --overwrite", cause);
    }

    /** Writes a file that is there as a whole or not at all. */
    private void writeAtomically(String name, byte[] content) throws IOException {
        Path temporary = new Path(log, "." + name + ".tmp");
        try (FSDataOutputStream out = files.create(temporary, true)) {
            out.write(content);
            out.hsync();
        }
        Path file = new Path(log, name);
        // HDFS refuses to replace a file; local disks do not.
        if (files.exists(file) || !files.rename(temporary, file)) {
            throw new IOException("cannot commit " + file + "; is another run writing to " + output + "?");
        }
    }

    private void makeFolder(Path folder) throws IOException {
        if (!files.mkdirs(folder)) {
            throw new IOException("cannot make the folder " + folder);
        }
    }

    private static String name(int chunk) {
        return String.format(Locale.ROOT, "chunk-%05d", chunk);
    }

    private static String manifestName(int chunk) {
        return name(chunk) + ".json";
    }
}
