package io.verillm.deploy;

import io.verillm.topics.Catalogue;
import io.verillm.topics.KafkaAccess;
import io.verillm.topics.Topic;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;

/** Whether a worker's topics exist; asks the cluster again for workers that it does not know. */
final class WorkerTopics implements Predicate<String>, AutoCloseable {
  private final Catalogue catalogue;
  private final Admin admin;
  private final Set<String> existing = new HashSet<>();

  WorkerTopics(KafkaAccess access, Catalogue catalogue) {
    this.catalogue = catalogue;
    this.admin = access.admin();
  }

  @Override
  public synchronized boolean test(String worker) {
    Set<String> needed = Set.copyOf(catalogue.ofWorker(worker).stream().map(Topic::name).toList());
    if (!existing.containsAll(needed)) {
      refresh();
    }
    return existing.containsAll(needed);
  }

  private void refresh() {
    try {
      existing.addAll(admin.listTopics().names().get());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } catch (ExecutionException e) {
      throw new KafkaException("cannot list topics", e.getCause());
    }
  }

  @Override
  public void close() {
    admin.close();
  }
}
