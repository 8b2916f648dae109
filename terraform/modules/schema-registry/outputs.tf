output "arn" {
  description = "ARN of the registry."
  value       = aws_glue_registry.this.arn
}

output "schema_arns" {
  description = "ARN of each schema by its name."
  value       = { for name, schema in aws_glue_schema.this : name => schema.arn }
}

output "reader_policy_arn" {
  description = "IAM policy that lets a role of this account read the schemas."
  value       = aws_iam_policy.reader.arn
}

output "reader_role_arn" {
  description = "Role that readers of other accounts assume; null if there are none."
  value       = try(aws_iam_role.reader[0].arn, null)
}
