output "table_bucket_arn" {
  description = "ARN of the table bucket."
  value       = aws_s3tables_table_bucket.this.arn
}

output "results_bucket" {
  description = "Name of the bucket with results of queries."
  value       = aws_s3_bucket.results.bucket
}

output "catalog" {
  description = "How a query names the tables' catalog and namespace."
  value       = local.catalog
}

output "workgroup_name" {
  description = "Athena workgroup with the scan limit and the saved queries."
  value       = aws_athena_workgroup.this.name
}

output "analyst_policy_arn" {
  description = "IAM policy of somebody who queries."
  value       = aws_iam_policy.analyst.arn
}

output "security_group_id" {
  description = "Security group of the sink, to be let in by the brokers."
  value       = aws_security_group.this.id
}

output "alarm_arns" {
  description = "ARNs of the alarms."
  value       = [aws_cloudwatch_metric_alarm.failed.arn]
}

output "kms_key_arn" {
  description = "KMS key of tables and query results."
  value       = local.kms_key_arn
}
