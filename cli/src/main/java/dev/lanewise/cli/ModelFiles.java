package dev.lanewise.cli;

import dev.lanewise.engine.Model;
import dev.lanewise.engine.ModelOptions;
import dev.lanewise.engine.ModelSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A model's file, and perhaps what another machine has compiled it to. */
final class ModelFiles {

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private ModelOption model;

    @Option(
            names = "--plan",
            paramLabel = "PLAN",
            description = "What 'lanewise compile' has made of this model, perhaps on another machine.")
    private @Nullable Path plan;

    Path model() {
        return model.file();
    }

    boolean compiled() {
        return plan != null;
    }

    /** @param options of no meaning for a plan, which has its own */
    Model load(ModelOptions options) throws IOException {
        ModelSource source = ModelSource.read(model.file());
        return plan == null ? Model.load(source, options) : Model.loadCompiled(source, Files.readAllBytes(plan));
    }
}
