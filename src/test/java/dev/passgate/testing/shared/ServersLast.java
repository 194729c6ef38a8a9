package dev.passgate.testing.shared;

import dev.passgate.testing.MostlyWaits;
import dev.passgate.testing.NeedsServers;
import java.util.Comparator;
import org.junit.jupiter.api.ClassDescriptor;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.ClassOrdererContext;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/**
 * Has tests that need the shared servers run last, when these have started beside the others, and
 * those that want the output of the JVM for themselves just before, as they wait for all that run
 * beside others. Tests that mostly wait run first. By name apart from that, so that the order does
 * not depend on the file system.
 */
public final class ServersLast implements ClassOrderer {

  private static final Comparator<ClassDescriptor> ORDER =
      Comparator.<ClassDescriptor, Boolean>comparing(
              test -> test.findAnnotation(NeedsServers.class).isPresent())
          .thenComparing(test -> test.findAnnotation(MostlyWaits.class).isEmpty())
          .thenComparing(ServersLast::wantsTheOutputAlone)
          .thenComparing(test -> test.getTestClass().getName());

  private static boolean wantsTheOutputAlone(ClassDescriptor test) {
    return test.findRepeatableAnnotations(ResourceLock.class).stream()
        .anyMatch(
            lock ->
                lock.value().equals(Resources.SYSTEM_OUT)
                    && lock.mode() == ResourceAccessMode.READ_WRITE);
  }

  @Override
  public void orderClasses(ClassOrdererContext context) {
    context.getClassDescriptors().sort(ORDER);
  }
}
