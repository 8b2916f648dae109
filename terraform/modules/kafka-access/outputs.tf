output "policy_arns" {
  description = "ARN of the IAM policy of each principal with iam, by its name."
  value       = { for key, policy in aws_iam_policy.this : key => policy.arn }
}

output "policies" {
  description = "The same policies as JSON."
  value       = { for key, policy in aws_iam_policy.this : key => policy.policy }
}

output "scram_secret_arns" {
  description = "ARN of the secret of each principal with scram, by its name."
  value       = { for key, secret in aws_secretsmanager_secret.this : key => secret.arn }
}

output "rights" {
  description = "What each principal may write and read by the manifest; for those with scram the topics tool makes ACLs of the same manifest."
  value = {
    for key, principal in var.principals : key => {
      principal = principal.authentication == "scram" ? "User:${local.user_names[key]}" : null
      writes    = concat(local.writes[key], local.writes_of_all_workers[key])
      reads     = local.reads[key]
      groups    = local.groups[key]
    }
  }
}

output "worker_task_partitions" {
  description = "Partitions of a worker's topic of tasks: more consumers of one worker than this would have nothing to do."
  value       = min([for topic in var.manifest.topics : topic.partitions if topic.perWorker && contains(topic.readers, "worker") && startswith(topic.name, "verillm.tasks.")]...)
}

output "record_bytes_max" {
  description = "Largest record of any topic, in bytes; the brokers' `message.max.bytes` must not be smaller."
  value       = max([for topic in concat(var.manifest.topics, var.manifest.internalTopics) : tonumber(topic.configs["max.message.bytes"])]...)
}
