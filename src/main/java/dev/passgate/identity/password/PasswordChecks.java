package dev.passgate.identity.password;

import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Checks passwords on threads of its own, as hashes and directories take their time: no more at
 * once than there are threads, no more in waiting than the queue holds, and equal ones together.
 * Thread-safe.
 *
 * @param <K> what is equal of equal checks
 * @param <T> what comes of a check
 */
final class PasswordChecks<K, T> implements AutoCloseable {

  /** How the threads are called. */
  static final String THREADS = "passwords-";

  private static final int MAX_WAITING_FOR_ONE = 1000;

  private final ThreadPoolExecutor executor;
  private final Map<K, Task> tasks = new ConcurrentHashMap<>();

  PasswordChecks(int threads, int queue) {
    ThreadFactory factory = Thread.ofPlatform().daemon().name(THREADS, 1).factory();
    this.executor =
        new ThreadPoolExecutor(
            threads, threads, 1, TimeUnit.MINUTES, new ArrayBlockingQueue<>(queue), factory);
  }

  private final class Task implements Runnable {

    private final K key;
    private final Supplier<T> work;
    private final Flight<T> flight;

    Task(K key, Supplier<T> work, MonoSink<T> first) {
      this.key = key;
      this.work = work;
      this.flight = new Flight<>(MAX_WAITING_FOR_ONE, first);
    }

    @Override
    public void run() {
      if (!flight.begin()) {
        return;
      }
      try {
        T result = work.get();
        end(sink -> sink.success(result));
      } catch (RuntimeException | Error e) {
        end(sink -> sink.error(e));
      }
    }

    void end(Consumer<MonoSink<T>> answer) {
      tasks.remove(key, this);
      flight.end(answer);
    }

    void leave(MonoSink<T> sink) {
      if (flight.leave(sink)) {
        tasks.remove(key, this);
        executor.remove(this);
      }
    }
  }

  /**
   * Makes a check, or waits for an equal one that is under way.
   *
   * @param work what blocks
   * @return what came of it, on the thread that did the work; {@link RejectedExecutionException}
   *     where there is too much to do
   */
  Mono<T> check(K key, Supplier<T> work) {
    return Mono.create(sink -> enter(key, work, sink));
  }

  private void enter(K key, Supplier<T> work, MonoSink<T> sink) {
    Task fresh = new Task(key, work, sink);
    while (true) {
      Task other = tasks.putIfAbsent(key, fresh);
      if (other == null) {
        sink.onCancel(() -> fresh.leave(sink));
        start(fresh);
        return;
      }
      switch (other.flight.join(sink)) {
        case JOINED -> {
          sink.onCancel(() -> other.leave(sink));
          return;
        }
        case FULL -> {
          sink.error(new RejectedExecutionException("too many wait for one check"));
          return;
        }
        case LATE -> tasks.remove(key, other);
      }
    }
  }

  private void start(Task task) {
    try {
      executor.execute(task);
    } catch (RejectedExecutionException e) {
      task.end(sink -> sink.error(e));
    }
  }

  private static RejectedExecutionException closed() {
    return new RejectedExecutionException("passwords are no longer checked");
  }

  /** How many checks are under way or in waiting. */
  int size() {
    return tasks.size();
  }

  @Override
  public void close() {
    executor.shutdownNow();
    // Those that had not begun never will.
    tasks.values().forEach(task -> task.end(sink -> sink.error(closed())));
  }
}
