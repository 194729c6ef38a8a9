package dev.passgate.testing.shared;

import dev.passgate.testing.MostlyWaits;
import dev.passgate.testing.NeedsServers;
import java.util.Comparator;
import org.junit.jupiter.api.ClassDescriptor;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.ClassOrdererContext;

/**
 * Has tests that need the shared servers run last, when these have started beside the others, and
 * tests that mostly wait first. By name apart from that, so that the order does not depend on the
 * file system.
 */
public final class ServersLast implements ClassOrderer {

  private static final Comparator<ClassDescriptor> ORDER =
      Comparator.<ClassDescriptor, Boolean>comparing(
              test -> test.findAnnotation(NeedsServers.class).isPresent())
          .thenComparing(test -> test.findAnnotation(MostlyWaits.class).isEmpty())
          .thenComparing(test -> test.getTestClass().getName());

  @Override
  public void orderClasses(ClassOrdererContext context) {
    context.getClassDescriptors().sort(ORDER);
  }
}
