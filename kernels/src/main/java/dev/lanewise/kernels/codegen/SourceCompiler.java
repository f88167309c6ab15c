package dev.lanewise.kernels.codegen;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.codehaus.commons.compiler.CompileException;
import org.codehaus.janino.ClassLoaderIClassLoader;
import org.codehaus.janino.Java;
import org.codehaus.janino.Parser;
import org.codehaus.janino.Scanner;
import org.codehaus.janino.UnitCompiler;
import org.codehaus.janino.util.ClassFile;

/**
 * From source to classes. Janino's own {@code SimpleCompiler} reads the hundreds of methods of the vector library anew for
 * every source; here all sources share what has been read.
 */
final class SourceCompiler {

    private final ClassLoader parent;
    private final ClassLoaderIClassLoader known;

    /** @param parent finds the classes that sources mention */
    SourceCompiler(ClassLoader parent) {
        this.parent = parent;
        known = new ClassLoaderIClassLoader(parent);
    }

    /**
     * Compiles a source of one top-level class and loads it, by a class loader of its own: two threads may do so with the
     * same source.
     *
     * @param fileName what to call the source in error messages
     */
    Class<?> compile(String fileName, String source) throws CompileException {
        List<ClassFile> files = new ArrayList<>();
        try {
            Java.AbstractCompilationUnit unit =
                    new Parser(new Scanner(fileName, new StringReader(source))).parseAbstractCompilationUnit();
            // What is known of a class is completed as it is asked for, which is not safe for several threads at once.
            synchronized (known) {
                new UnitCompiler(unit, known).compileUnit(false, false, false, files);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Loader(parent).define(files.get(0));
    }

    private static final class Loader extends ClassLoader {

        Loader(ClassLoader parent) {
            super(parent);
        }

        Class<?> define(ClassFile file) {
            byte[] code = file.toByteArray();
            return defineClass(file.getThisClassName(), code, 0, code.length);
        }
    }
}
