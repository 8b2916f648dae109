package io.verillm.topics.access;

import io.verillm.topics.Answers;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.quota.ClientQuotaFilter;
import org.apache.kafka.common.quota.ClientQuotaFilterComponent;

/**
 * How fast a poster may write: whoever learns its password can write requests that nobody pays for.
 */
public final class PosterQuota {
  /** Some thirty requests of 2 KiB a second, on each broker. */
  static final double BYTES_PER_SECOND = 64 << 10;

  private static final String RATE = "producer_byte_rate";

  private final Admin admin;
  private final String user;

  /** Does not close the admin client. */
  public PosterQuota(Admin admin, Principal poster) {
    this.admin = admin;
    this.user = poster.name();
  }

  /** Whether the cluster holds the poster to some rate, this one or an operator's own. */
  public boolean isSet() {
    ClientQuotaFilter poster =
        ClientQuotaFilter.containsOnly(
            List.of(ClientQuotaFilterComponent.ofEntity(ClientQuotaEntity.USER, user)));
    return Answers.await(admin.describeClientQuotas(poster).entities()).values().stream()
        .anyMatch(quota -> quota.containsKey(RATE));
  }

  /**
   * Sets it where there is none.
   *
   * @return whether there was none
   */
  public boolean apply() {
    if (isSet()) {
      return false;
    }
    Answers.await(
        admin
            .alterClientQuotas(
                List.of(
                    new ClientQuotaAlteration(
                        new ClientQuotaEntity(Map.of(ClientQuotaEntity.USER, user)),
                        List.of(new ClientQuotaAlteration.Op(RATE, BYTES_PER_SECOND)))))
            .all());
    return true;
  }
}
