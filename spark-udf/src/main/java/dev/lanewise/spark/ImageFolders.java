package dev.lanewise.spark;

import java.sql.Timestamp;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.LogicalRelation;
import org.apache.spark.sql.execution.datasources.PartitioningAwareFileIndex;
import scala.jdk.javaapi.CollectionConverters;

/** Reads folders of image files, losing none. */
public final class ImageFolders {

    private ImageFolders() {}

    /**
     * All files beneath folders, or those that match globs, in the columns of Spark's {@code binaryFile} source:
     * {@code path}, {@code modificationTime}, {@code length}, {@code content}. Files of no bytes are among them, though
     * that source leaves them out: an upload that broke off is an image that cannot be scored, not one that never was.
     * As everywhere in Spark, files and folders whose names begin with {@code _} or {@code .} do not count.
     *
     * @param locations folders and globs in any file system that Hadoop knows
     * @see <a href="https://spark.apache.org/docs/4.1.0/sql-data-sources-binaryFile.html">Spark's binaryFile source</a>
     */
    public static Dataset<Row> read(SparkSession session, String... locations) {
        Dataset<Row> files = session.read()
                .format("binaryFile")
                .option("recursiveFileLookup", "true")
                .load(locations);
        List<Row> empty = listed(files).stream()
                .filter(file -> file.getLen() == 0)
                .map(file -> RowFactory.create(
                        file.getPath().toString(), new Timestamp(file.getModificationTime()), 0L, new byte[0]))
                .toList();
        return empty.isEmpty() ? files : files.union(session.createDataFrame(empty, files.schema()));
    }

    /** The files that Spark listed when it made the Dataset, the empty ones included. */
    private static List<FileStatus> listed(Dataset<Row> files) {
        LogicalPlan plan = ((org.apache.spark.sql.classic.Dataset<Row>) files)
                .queryExecution()
                .analyzed();
        if (plan instanceof LogicalRelation source
                && source.relation() instanceof HadoopFsRelation relation
                && relation.location() instanceof PartitioningAwareFileIndex index) {
            return CollectionConverters.asJava(index.allFiles());
        }
        throw new IllegalStateException("this Spark plans the binaryFile source in a way that Lanewise does not know");
    }
}
