output "arn" {
  description = "ARN of the cluster."
  value       = aws_msk_cluster.this.arn
}

output "name" {
  description = "Name of the cluster, the dimension `Cluster Name` of its metrics."
  value       = aws_msk_cluster.this.cluster_name
}

output "kafka_version" {
  description = "Kafka's version as MSK names it."
  value       = aws_msk_cluster.this.kafka_version
}

output "bootstrap_brokers_iam" {
  description = "Brokers for clients with IAM, `host:9098` separated by commas."
  value       = aws_msk_cluster.this.bootstrap_brokers_sasl_iam
}

output "bootstrap_brokers_scram" {
  description = "Brokers for clients with SASL/SCRAM, `host:9096` separated by commas; empty without it."
  value       = aws_msk_cluster.this.bootstrap_brokers_sasl_scram
}

output "security_group_id" {
  description = "Security group of the brokers, to which clients must be let out."
  value       = aws_security_group.this.id
}

output "client_names" {
  description = "Names of those who are let in, each by a rule of the security group, which has room for 60."
  value       = keys(aws_vpc_security_group_ingress_rule.this)
}

output "broker_count" {
  description = "Number of brokers; their ids are 1 to this."
  value       = var.broker.count
}

output "kms_key_arn" {
  description = "KMS key of the data at rest."
  value       = local.kms_key_arn
}

output "alarm_arns" {
  description = "ARNs of all alarms of the cluster."
  value = concat(
    [for alarm in aws_cloudwatch_metric_alarm.cluster : alarm.arn],
    [for alarm in aws_cloudwatch_metric_alarm.broker : alarm.arn],
    [for alarm in aws_cloudwatch_metric_alarm.cpu : alarm.arn],
  )
}
