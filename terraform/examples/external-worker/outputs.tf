output "kafka_properties" {
  description = "Client settings for the box's `--access` file, without the password: it adds `sasl.jaas.config` itself. The brokers go by `--bootstrap`."
  value       = <<-EOT
    security.protocol=SASL_SSL
    sasl.mechanism=SCRAM-SHA-512
  EOT
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
