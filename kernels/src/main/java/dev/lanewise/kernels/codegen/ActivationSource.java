package dev.lanewise.kernels.codegen;

import dev.lanewise.kernels.workload.Activation;
import java.util.List;
import java.util.function.Function;

/** The activations as generated vector code, with the bits that {@code reference.ReferenceActivation} gives. */
public final class ActivationSource {

    private ActivationSource() {}

    /**
     * Writes statements that replace the local {@code FloatVector} of this name, of the species {@code S}, by its activated
     * value. C2 should know the local's class ({@link VectorSource}). Their own locals are named after the variable and stand in a block.
     */
    public static void emit(Source source, Activation activation, String variable) {
        emit(source, activation, variable, FloatLiteral::of);
    }

    /** The bounds of an activation that only clips. */
    public static List<Float> bounds(Activation activation) {
        if (activation instanceof Activation.Relu) {
            return List.of(0f);
        }
        return activation instanceof Activation.Clip clip ? List.of(clip.min(), clip.max()) : List.of();
    }

    /** As {@link #emit(Source, Activation, String)}, with expressions for the values of {@link #bounds}. */
    public static void emit(Source source, Activation activation, String variable, Function<Float, String> expression) {
        if (activation instanceof Activation.None) {
            return;
        }
        if (activation instanceof Activation.Relu) {
            VectorMathSource.max(source, variable, 0, expression.apply(0f));
        } else if (activation instanceof Activation.LeakyRelu leaky) {
            String scaled = variable + ".mul(" + FloatLiteral.of(leaky.alpha()) + ")";
            VectorSource.blend(source, variable, scaled, variable, "LT", "0f");
        } else if (activation instanceof Activation.Clip clip) {
            VectorMathSource.max(source, variable, clip.min(), expression.apply(clip.min()));
            VectorMathSource.min(source, variable, clip.max(), expression.apply(clip.max()));
        } else if (activation instanceof Activation.HardSigmoid hard) {
            hardSigmoid(source, variable, hard.alpha(), hard.beta());
        } else if (activation instanceof Activation.HardSwish) {
            hardSwish(source, variable);
        } else if (activation instanceof Activation.Sigmoid) {
            VectorMathSource.sigmoid(source, variable);
        } else if (activation instanceof Activation.Silu) {
            VectorMathSource.silu(source, variable);
        } else {
            throw new IllegalArgumentException("unknown activation " + activation);
        }
    }

    /**
     * About how many vector operations {@link #emit} writes. C2 gives up on methods of more than some 90: a tile of many
     * accumulators stores them first and applies an activation of many operations in a loop.
     */
    public static int operations(Activation activation) {
        if (activation instanceof Activation.None) {
            return 0;
        } else if (activation instanceof Activation.Relu) {
            return 2;
        } else if (activation instanceof Activation.LeakyRelu) {
            return 3;
        } else if (activation instanceof Activation.Clip) {
            return 4;
        } else if (activation instanceof Activation.HardSigmoid) {
            return 5;
        } else if (activation instanceof Activation.HardSwish) {
            return 6;
        }
        return activation instanceof Activation.Sigmoid ? 22 : 21;
    }

    private static void hardSigmoid(Source source, String x, float alpha, float beta) {
        VectorSource.broadcast(source, x + "_a", FloatLiteral.of(alpha));
        VectorSource.broadcast(source, x + "_b", FloatLiteral.of(beta));
        source.line("%s = %s.fma(%s_a, %s_b);", x, x, x, x);
        VectorMathSource.min(source, x, 1);
        VectorMathSource.max(source, x, 0);
    }

    private static void hardSwish(Source source, String x) {
        source.open("");
        source.line("FloatVector %s_g = %s;", x, x);
        hardSigmoid(source, x + "_g", 1 / 6f, 0.5f);
        source.line("%s = %s.mul(%s_g);", x, x, x);
        VectorSource.exact(source, x);
        source.close();
    }
}
