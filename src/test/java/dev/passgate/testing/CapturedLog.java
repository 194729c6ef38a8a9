package dev.passgate.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/** All that is logged while it is open, from DEBUG on for the gateway's own loggers. */
public final class CapturedLog implements AutoCloseable {

  private record Line(String logger, String text) {}

  private final Queue<Line> lines = new ConcurrentLinkedQueue<>();
  private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
  private final Logger own = (Logger) LoggerFactory.getLogger("dev.passgate");
  private final Level before = own.getLevel();

  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          lines.add(new Line(event.getLoggerName(), text(event)));
        }
      };

  private CapturedLog() {}

  /** Begins, for which the gateway must have started: its start resets all logging. */
  public static CapturedLog open() {
    CapturedLog log = new CapturedLog();
    log.own.setLevel(Level.DEBUG);
    log.appender.setContext(log.root.getLoggerContext());
    log.appender.start();
    log.root.addAppender(log.appender);
    return log;
  }

  private static String text(ILoggingEvent event) {
    String text = event.getFormattedMessage();
    if (event.getKeyValuePairs() != null) {
      text += " " + event.getKeyValuePairs();
    }
    return event.getThrowableProxy() == null
        ? text
        : text + "\n" + ThrowableProxyUtil.asString(event.getThrowableProxy());
  }

  /** The lines of one logger; those of the audit log are as its schema says. */
  public List<String> of(String logger) {
    List<String> of =
        lines.stream().filter(line -> line.logger.equals(logger)).map(Line::text).toList();
    if (logger.equals("passgate.audit")) {
      of.forEach(AuditSchema::check);
    }
    return of;
  }

  /** Every line, with exceptions. */
  public List<String> all() {
    return lines.stream().map(Line::text).toList();
  }

  @Override
  public void close() {
    root.detachAppender(appender);
    appender.stop();
    own.setLevel(before);
  }
}
