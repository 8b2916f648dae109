output "kafka_properties" {
  description = "The box's files with client settings, `worker.properties` (or `witness.properties`, `analyst.properties`) for `--access` and `poster.properties` for `--flag-access`: each lacks only its password, where PASSWORD stands."
  value = { for file, key in merge({ (var.role) = var.worker_id }, var.plants_flags ? { poster = "${var.worker_id}-poster" } : {}) : file => join("\n", [
    "security.protocol=SASL_SSL",
    "sasl.mechanism=SCRAM-SHA-512",
    "sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username=\"${trimprefix(module.access.rights[key].principal, "User:")}\" password=\"PASSWORD\";",
    "",
  ]) }
}

output "environment" {
  description = "The box's environment, for `docker run --env-file`: brokers, whose log it must be, and where its files lie in the container."
  value = join("\n", [for name, value in merge(
    {
      VERILLM_BOOTSTRAP       = var.cluster.bootstrap_brokers_scram
      VERILLM_COORDINATOR_KEY = var.coordinator_key
      VERILLM_ACCESS          = "/state/${var.role}.properties"
      VERILLM_DATA            = "/state"
      VERILLM_MODELS          = "/state/models"
      AWS_REGION              = var.region
    },
    var.plants_flags ? { VERILLM_FLAG_ACCESS = "/state/poster.properties" } : {},
    # Where `aws_signing_helper serve` gives credentials on the box.
    var.certificate == null ? {} : { AWS_EC2_METADATA_SERVICE_ENDPOINT = "http://127.0.0.1:9911" },
  ) : "${name}=${value}"])
}

output "principal" {
  description = "Whom the topics tool gives the ACLs."
  value       = module.access.rights[var.worker_id].principal
}

output "poster" {
  description = "As whom the worker posts its flags (`--posters ID` of the topics tool); null where it plants none."
  value       = var.plants_flags ? module.access.rights["${var.worker_id}-poster"].principal : null
}

output "credential_arns" {
  description = "What the box hands to AWS's `aws_signing_helper`; null without a certificate."
  value = var.certificate == null ? null : {
    trust_anchor = aws_rolesanywhere_trust_anchor.this[0].arn
    profile      = aws_rolesanywhere_profile.this[0].arn
    role         = aws_iam_role.this[0].arn
  }
}
