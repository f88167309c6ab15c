package dev.lanewise.spark.plugin;

import dev.lanewise.spark.score.ExecutorTotals;
import dev.lanewise.spark.score.ScoringRequest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.Serializable;
import java.util.List;

/**
 * What the plugin's two sides tell each other. Messages travel as bytes: Spark's own transport knows only the classes that
 * were there when the JVM started, not those of a jar from {@code --jars}.
 */
sealed interface Message extends Serializable {

    /** To the driver: which models are there to warm? */
    record WhichModels() implements Message {}

    /** The driver's answer. */
    record Models(List<ScoringRequest> requests) implements Message {}

    /** To the driver: what an executor has done since it started. */
    record Done(String executor, ExecutorTotals totals) implements Message {}

    default byte[] bytes() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(this);
        }
        return bytes.toByteArray();
    }

    static Message of(Object bytes) throws IOException, ClassNotFoundException {
        try (ObjectInputStream in = new OwnClasses(new ByteArrayInputStream((byte[]) bytes))) {
            return (Message) in.readObject();
        }
    }

    /** Finds classes as this class's own loader does, which is a child of Spark's. */
    final class OwnClasses extends ObjectInputStream {

        OwnClasses(InputStream in) throws IOException {
            super(in);
        }

        @Override
        protected Class<?> resolveClass(ObjectStreamClass description) throws IOException, ClassNotFoundException {
            try {
                return Class.forName(description.getName(), false, Message.class.getClassLoader());
            } catch (ClassNotFoundException primitive) {
                return super.resolveClass(description);
            }
        }
    }
}
