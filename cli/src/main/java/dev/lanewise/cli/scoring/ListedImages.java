package dev.lanewise.cli.scoring;

import java.sql.Timestamp;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.execution.datasources.FileIndex;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.PartitionDirectory;
import org.apache.spark.sql.execution.datasources.binaryfile.BinaryFileFormat;
import org.apache.spark.sql.types.StructType;
import scala.Option;
import scala.collection.immutable.Map$;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Files that have been listed already, for Spark to read: given their paths it would ask the file system for each of them
 * again.
 */
record ListedImages(List<FileStatus> files) implements FileIndex {

    ListedImages {
        files = List.copyOf(files);
    }

    /** The files in the columns of Spark's {@code binaryFile} source; those of no bytes, which that leaves out, too. */
    static Dataset<Row> read(SparkSession session, List<FileStatus> files) {
        List<FileStatus> full = files.stream().filter(file -> file.getLen() > 0).toList();
        StructType schema = BinaryFileFormat.schema();
        Dataset<Row> read = session.baseRelationToDataFrame(HadoopFsRelation.apply(
                new ListedImages(full),
                new StructType(),
                schema,
                Option.empty(),
                new BinaryFileFormat(),
                Map$.MODULE$.<String, String>empty(),
                session));
        List<Row> empty = files.stream()
                .filter(file -> file.getLen() == 0)
                .map(file -> RowFactory.create(
                        file.getPath().toString(), new Timestamp(file.getModificationTime()), 0L, new byte[0]))
                .toList();
        return empty.isEmpty() ? read : read.union(session.createDataFrame(empty, schema));
    }

    @Override
    public Seq<Path> rootPaths() {
        return sequence(files.stream().map(FileStatus::getPath).toList());
    }

    @Override
    public Seq<PartitionDirectory> listFiles(Seq<Expression> partitionFilters, Seq<Expression> dataFilters) {
        return sequence(List.of(PartitionDirectory.apply(InternalRow.empty(), files.toArray(FileStatus[]::new))));
    }

    @Override
    public String[] inputFiles() {
        return files.stream().map(file -> file.getPath().toUri().toString()).toArray(String[]::new);
    }

    /** Stays as it was listed. */
    @Override
    public void refresh() {}

    @Override
    public long sizeInBytes() {
        return files.stream().mapToLong(FileStatus::getLen).sum();
    }

    @Override
    public StructType partitionSchema() {
        return new StructType();
    }

    @Override
    public String toString() {
        return files.size() + " listed files";
    }

    private static <T> Seq<T> sequence(List<T> list) {
        return CollectionConverters.asScala(list).toSeq();
    }
}
