package dev.lanewise.arrow.score;

/** A row and what the network says about its image. */
public record Scored<T>(T row, ImageScore score) {}
