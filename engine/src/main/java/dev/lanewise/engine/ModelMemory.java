package dev.lanewise.engine;

/**
 * What running a network takes.
 *
 * @param arenaBytes memory for tensors that one thread needs
 * @param weightBytes packed weights and other constants, shared by all threads
 */
public record ModelMemory(long arenaBytes, long weightBytes) {}
