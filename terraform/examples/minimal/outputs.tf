output "bootstrap_brokers" {
  description = "For `./verillm topics apply --bootstrap`, from inside the VPC."
  value       = module.kafka.bootstrap_brokers_iam
}

output "topics_tool_policy_arn" {
  description = "Policy for the role that runs the topics tool."
  value       = module.access.policy_arns["tool"]
}
