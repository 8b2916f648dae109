output "bucket_names" {
  description = "Name of each bucket: evidence, checkpoints, models, packages."
  value       = { for key, bucket in aws_s3_bucket.this : key => bucket.bucket }
}

output "bucket_arns" {
  description = "ARN of each bucket."
  value       = { for key, bucket in aws_s3_bucket.this : key => bucket.arn }
}

output "kms_key_arn" {
  description = "KMS key of the objects."
  value       = local.kms_key_arn
}

output "signing_key_arn" {
  description = "ARN of the Ed25519 key; null if there is none."
  value       = local.signing_key_arn
}

output "policy_arns" {
  description = "IAM policies by who they are for: `worker-<id>`, `model-<name>`, `models`, `reader`, `publisher`, `signer`."
  value       = { for key, policy in aws_iam_policy.this : key => policy.arn }
}

output "policies" {
  description = "The same policies as JSON."
  value       = { for key, policy in aws_iam_policy.this : key => policy.policy }
}
