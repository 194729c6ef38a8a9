package dev.passgate.cluster.health;

/** Whether a cluster can be used, as far as one knows. */
public enum ClusterState {
  /** Nothing is known yet, or it was down and nobody has tried it again. */
  UNKNOWN,
  /** It answers, and has ended its start. */
  UP,
  /** It does not answer, cannot be connected to, or is starting. */
  DOWN
}
