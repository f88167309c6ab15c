package dev.lanewise.kernels.codegen;

/**
 * Locals of generated kernels whose class C2 knows.
 *
 * <p>{@code FloatVector.fromArray} and {@code broadcast} promise no more than some {@code FloatVector}; C2 then decides by
 * the profile of the vector library's methods, which all kernels share, what class a call's receiver has. Once kernels of
 * two widths have run, that profile names two classes, and every vector of a kernel compiled from then on is boxed: some
 * ten times slower, and garbage in every iteration. Comparing the class after a load tells C2 what it is; the comparison
 * itself leaves no instruction. All that an operation takes must be known so, its arguments as well as its receiver: an
 * operation on vectors of two classes is no intrinsic. Results have their receiver's class. Only what {@code blend},
 * {@code rearrange} and {@code reinterpret} return, and what any operation returns in a method of more than some 30 (beyond
 * 8,000 bytes of bytecode, C2 postpones inlining, and sees the declared type first), needs its class told again before it
 * is used.
 */
public final class VectorSource {

    private VectorSource() {}

    /**
     * Declares the classes of the vectors of species {@code S} and of as many integers, and what is thrown where one has
     * another, which never happens; every kernel has them. An exception made where it is thrown would be compiled each time,
     * with its constructors, by compilers that do not know that.
     */
    static void constants(Source source) {
        source.line("private static final RuntimeException UNEXPECTED = new IllegalStateException();");
        source.line("private static final Class FLOATS = FloatVector.zero(S).getClass();");
        source.line("private static final Class INTS = FloatVector.zero(S).reinterpretAsInts().getClass();");
    }

    /** Declares a local, loaded from {@code array[index]} and the elements after it. */
    public static void load(Source source, String variable, String array, String index) {
        source.line("FloatVector %s = FloatVector.fromArray(S, %s, %s);", variable, array, index);
        exact(source, variable);
    }

    /** Declares a local that has a scalar in all its lanes. */
    public static void broadcast(Source source, String variable, String scalar) {
        source.line("FloatVector %s = FloatVector.broadcast(S, %s);", variable, scalar);
        exact(source, variable);
    }

    /** Declares a local with the bits of a {@code FloatVector}, as an {@code IntVector}. */
    public static void bits(Source source, String variable, String floats) {
        declareIntegers(source, variable, floats + ".reinterpretAsInts()");
    }

    /** Replaces the lanes of a local where {@code x} compares so with a scalar; the replacement is a scalar or a vector. */
    public static void blend(
            Source source, String variable, String replacement, String x, String comparison, String scalar) {
        source.line(
                "%s = (FloatVector) %s.blend(%s, %s.compare(VectorOperators.%s, %s));",
                variable, variable, replacement, x, comparison, scalar);
        exact(source, variable);
    }

    /** Declares a local that has the value of an expression, a {@code FloatVector} of the species {@code S}. */
    public static void declare(Source source, String variable, String expression, Object... arguments) {
        set(source, "FloatVector " + variable, expression, arguments);
    }

    /** As {@link #declare}, of an {@code IntVector}. */
    static void declareIntegers(Source source, String variable, String expression, Object... arguments) {
        source.line("IntVector " + variable + " = (IntVector) " + expression + ";", arguments);
        source.line("if (%s.getClass() != INTS) throw UNEXPECTED;", variable);
    }

    /** Gives a local, which the statement may declare, a new value, as {@link #declare}. */
    public static void set(Source source, String variable, String expression, Object... arguments) {
        source.line(variable + " = " + expression + ";", arguments);
        exact(source, variable.substring(variable.indexOf(' ') + 1));
    }

    /** Tells C2 the class of a {@code FloatVector}. */
    public static void exact(Source source, String variable) {
        source.line("if (%s.getClass() != FLOATS) throw UNEXPECTED;", variable);
    }
}
