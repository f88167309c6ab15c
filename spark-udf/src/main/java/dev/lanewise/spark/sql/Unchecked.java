package dev.lanewise.spark.sql;

/** Throws Spark's checked exceptions, which are unchecked in Scala, through Scala's interfaces. */
final class Unchecked {

    private Unchecked() {}

    /** Throws it; the result is for the caller's {@code throw}, which tells the compiler so. */
    static RuntimeException thrown(Throwable exception) {
        Unchecked.<RuntimeException>raise(exception);
        throw new IllegalStateException(exception);
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> void raise(Throwable exception) throws E {
        throw (E) exception;
    }
}
