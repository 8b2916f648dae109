output "arn" {
  description = "ARN of the cluster."
  value       = aws_msk_serverless_cluster.this.arn
}

output "name" {
  description = "Name of the cluster, the dimension `Cluster Name` of its metrics."
  value       = aws_msk_serverless_cluster.this.cluster_name
}

output "bootstrap_brokers_iam" {
  description = "Brokers for clients with IAM, `host:9098`."
  value       = aws_msk_serverless_cluster.this.bootstrap_brokers_sasl_iam
}

output "security_group_id" {
  description = "Security group of the brokers, to which clients must be let out."
  value       = aws_security_group.this.id
}
