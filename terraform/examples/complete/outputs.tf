output "bootstrap_brokers" {
  description = "Brokers for programs with a role, from inside the VPC."
  value       = module.kafka.bootstrap_brokers_iam
}

output "bootstrap_brokers_scram" {
  description = "Brokers for workers outside, over a private path."
  value       = module.kafka.bootstrap_brokers_scram
}

output "url" {
  description = "Where requests are posted."
  value       = module.intake.url
}

output "topics_tool_policy_arn" {
  description = "Policy for the role that runs `./verillm topics apply`."
  value       = module.access.policy_arns["tool"]
}

output "signing_key_arn" {
  description = "Ed25519 key of checkpoints and the coordinator's events."
  value       = module.artifacts.signing_key_arn
}

output "worker_groups" {
  description = "Consumer groups whose offsets the topics tool must seed before workers can start from zero."
  value       = { for key, worker in module.worker : key => worker.group }
}

output "dashboard" {
  description = "Name of the dashboard."
  value       = module.observability.dashboard_name
}
