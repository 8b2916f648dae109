package io.verillm.aws;

import io.verillm.topics.KafkaAccess;
import java.util.Map;
import software.amazon.awssdk.core.SdkSystemSetting;

/** Access to MSK as an IAM role: the rights are IAM policies, see {@code terraform/}. */
public final class MskAccess {
  private static final String SESSION = "verillm";

  private MskAccess() {}

  /** As the role that the SDK's credential chain gives. */
  public static KafkaAccess iam(String bootstrapServers) {
    return iam(bootstrapServers, "");
  }

  /**
   * As a role that is assumed first, such as one of another account, at STS of {@code AWS_REGION}
   * where that is set: tokens of the global endpoint are refused in regions that accounts opt in
   * to. Everybody has one session name, because brokers see it.
   *
   * @throws IllegalArgumentException if one of them is malformed
   */
  public static KafkaAccess assumed(String bootstrapServers, String roleArn) {
    if (!roleArn.matches("arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+")) {
      throw new IllegalArgumentException("not a role's ARN: '" + roleArn + "'");
    }
    String region =
        SdkSystemSetting.AWS_REGION
            .getStringValue()
            .map(name -> {
              if (!name.matches("[a-z0-9-]{1,32}")) {
                throw new IllegalArgumentException("not a region: '" + name + "'");
              }
              return " awsStsRegion=\"" + name + "\"";
            })
            .orElse("");
    return iam(
        bootstrapServers,
        " awsRoleArn=\"%s\" awsRoleSessionName=\"%s\"%s".formatted(roleArn, SESSION, region));
  }

  private static KafkaAccess iam(String bootstrapServers, String option) {
    return new KafkaAccess(
        bootstrapServers,
        Map.of(
            "security.protocol", "SASL_SSL",
            "sasl.mechanism", "AWS_MSK_IAM",
            "sasl.jaas.config",
                "software.amazon.msk.auth.iam.IAMLoginModule required%s;".formatted(option),
            "sasl.client.callback.handler.class",
                "software.amazon.msk.auth.iam.IAMClientCallbackHandler"));
  }
}
