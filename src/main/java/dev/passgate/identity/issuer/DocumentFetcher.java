package dev.passgate.identity.issuer;

import java.net.URI;
import reactor.core.publisher.Mono;

/** Gets the documents that identity providers publish. */
@FunctionalInterface
interface DocumentFetcher {

  /** The largest document that is read. */
  int MAX_BYTES = 1024 * 1024;

  /**
   * What a provider answered.
   *
   * @param status the HTTP status
   * @param body what came with it, shared with nobody
   */
  @SuppressWarnings("ArrayRecordComponent") // is handed on once and compared by nobody
  record Document(int status, byte[] body) {

    /**
     * The body of a good answer.
     *
     * @throws ProviderException where the status is another than 200, a redirect among them: where
     *     keys come from is configured, and nobody on the way may change it
     */
    byte[] require200() throws ProviderException {
      if (status != 200) {
        throw new ProviderException("the provider answered with status " + status);
      }
      return body;
    }
  }

  /**
   * Gets a document. Takes at most {@link #MAX_BYTES}, does not follow redirects, and does not
   * block; the caller limits the time by cancelling, which ends the exchange.
   */
  Mono<Document> get(URI uri);
}
