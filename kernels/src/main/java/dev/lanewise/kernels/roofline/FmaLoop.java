package dev.lanewise.kernels.roofline;

import dev.lanewise.kernels.codegen.KernelCompiler;
import dev.lanewise.kernels.codegen.Source;
import dev.lanewise.kernels.codegen.VectorWidth;
import java.util.List;

/** A generated loop of nothing but fused multiply-adds, on operands that stay in registers. */
public interface FmaLoop {

    /** How many of them may be under way: from the fewest that hide the latency (4 cycles, 2 a cycle) to as many as 16 registers hold beside the operands. */
    List<Integer> ACCUMULATORS = List.of(8, 10, 12, 14);

    /** @return a value that depends on all the products, so that none can be left out */
    float run(int trips);

    /** @param accumulators vectors that every trip adds a product to */
    static FmaLoop of(VectorWidth width, int accumulators) {
        String name = "FmaPeak_f32x" + width.lanes() + "_" + accumulators;
        return KernelCompiler.kernel(name, FmaLoop.class, width, source -> body(source, accumulators));
    }

    private static Source body(Source source, int accumulators) {
        source.open("public float run(int trips)");
        source.line("FloatVector x = FloatVector.broadcast(S, 0.999f);");
        source.line("FloatVector y = FloatVector.broadcast(S, 0.001f);");
        for (int i = 0; i < accumulators; i++) {
            source.line("FloatVector a%d = FloatVector.broadcast(S, %d);", i, i);
        }
        source.open("for (int trip = 0; trip < trips; trip++)");
        for (int i = 0; i < accumulators; i++) {
            // The instruction replaces its addend: any other order would copy a register each time.
            source.line("a%d = x.fma(y, a%d);", i, i);
        }
        source.close();
        for (int i = 1; i < accumulators; i++) {
            source.line("a0 = (FloatVector) a0.add(a%d);", i);
        }
        return source.line("return a0.reduceLanes(VectorOperators.ADD);").close();
    }
}
