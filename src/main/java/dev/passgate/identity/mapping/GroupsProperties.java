package dev.passgate.identity.mapping;

import dev.passgate.identity.mapping.UserMappingProperties.Complaint;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How an issuer's claims name groups.
 *
 * @param claims the claims to look at, all that are present count; each a text or a list of texts
 */
public record GroupsProperties(@Nullable List<String> claims) {

  /**
   * Compiles the mapping.
   *
   * @throws IllegalArgumentException the complaint about the first mistake
   */
  public GroupMapping compile(Complaint complaint) {
    return new GroupMapping(
        claims == null ? List.of() : ClaimPaths.compile("claims", claims, complaint));
  }
}
