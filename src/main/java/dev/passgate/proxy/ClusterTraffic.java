package dev.passgate.proxy;

import dev.passgate.cluster.Cluster;

/** Is told how connections to clusters fare. Called on event loops: it must not block. */
public interface ClusterTraffic {

  /** One that nobody listens to. */
  ClusterTraffic UNWATCHED =
      new ClusterTraffic() {
        @Override
        public void connectionFailed(Cluster cluster) {}

        @Override
        public void answered(Cluster cluster) {}
      };

  /** No connection could be made. */
  void connectionFailed(Cluster cluster);

  /** The head of an answer came, whatever its status. */
  void answered(Cluster cluster);
}
