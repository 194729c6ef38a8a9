package dev.passgate.identity.mapping;

import dev.passgate.identity.mapping.UserMappingProperties.Complaint;
import java.util.List;

/** Paths of claims as they are configured. */
final class ClaimPaths {

  private ClaimPaths() {}

  /**
   * Compiles a list.
   *
   * @throws IllegalArgumentException the complaint, where it is empty or one is no path
   */
  static List<ClaimPath> compile(String key, List<String> claims, Complaint complaint) {
    String expected = "at least one of " + ClaimPath.FORM;
    if (claims.isEmpty()) {
      throw complaint.about(key, claims, expected);
    }
    try {
      return claims.stream().map(ClaimPath::parse).toList();
    } catch (IllegalArgumentException e) {
      throw complaint.about(key, claims, expected);
    }
  }

  /**
   * Compiles one.
   *
   * @throws IllegalArgumentException the complaint, where it is no path
   */
  static ClaimPath compile(String key, String claim, Complaint complaint) {
    try {
      return ClaimPath.parse(claim);
    } catch (IllegalArgumentException e) {
      throw complaint.about(key, claim, "one of " + ClaimPath.FORM);
    }
  }
}
